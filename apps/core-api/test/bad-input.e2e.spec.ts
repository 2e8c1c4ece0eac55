import { gzipSync } from 'node:zlib';
import { ERROR_CODES, type Problem } from '@restartix/contracts';
import { startPlatform, type Platform } from '@restartix/testing';
import request from 'supertest';
import { caller, type Caller } from './api';

const LONE_SURROGATE = '{"first_name":"\\ud800","last_name":"x"}';
const NUL = '{"first_name":"a\\u0000b","last_name":"x"}';

describe('bad input', () => {
  let platform: Platform;
  let specialist: Caller;
  let token: string;
  let patientId: string;

  beforeAll(async () => {
    platform = await startPlatform();
    token = platform.organizations[0]!.tokens.specialist;
    specialist = caller(platform, token);
    patientId = platform.organizations[0]!.patients[0]!;
  }, 120_000);

  afterAll(() => platform?.stop());

  const raw = (path: string, body: string | Buffer, type = 'application/json') =>
    specialist
      .to('post', path)
      .set('content-type', type)
      .send(body as string);

  /** A problem document with a stable code, which names no SQL, stack or value. */
  function expectProblem(answer: request.Response, status: number): Problem {
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.headers['x-request-id']).toBeTruthy();
    const problem = answer.body as Problem;
    expect(ERROR_CODES[problem.code].status).toBe(status);
    expect(JSON.stringify(problem)).not.toMatch(/select |insert |node_modules|at \w+ \(/i);
    return problem;
  }

  const count = async () =>
    ((await specialist.get('/v1/patients')).body as { meta: { total: number } }).meta.total;

  it.each([
    ['malformed JSON', '{"first_name":'],
    ['an array', '[]'],
    ['wrong types', '{"first_name":1,"last_name":true}'],
    ['a missing field', '{"first_name":"a"}'],
    ['an unknown field', '{"first_name":"a","last_name":"b","patient_person_id":"x"}'],
    ['an organization id', '{"first_name":"a","last_name":"b","organization_id":2}'],
    ['an unknown nested field', '{"first_name":"a","last_name":"b","address":{"planet":"x"}}'],
    ['NUL', NUL],
    ['half a surrogate pair', LONE_SURROGATE],
    ['__proto__', '{"first_name":"a","last_name":"b","__proto__":{"role":"superadmin"}}'],
    ['constructor', '{"first_name":"a","last_name":"b","constructor":{"prototype":{}}}'],
    ['an impossible day', '{"first_name":"a","last_name":"b","date_of_birth":"2024-02-30"}'],
    ['a phone number of no form', '{"first_name":"a","last_name":"b","phone":"0721"}'],
    ['a name past its length', JSON.stringify({ first_name: 'a'.repeat(101), last_name: 'b' })],
  ])('refuses a body with %s and writes nothing', async (_case, body) => {
    const before = await count();
    expectProblem(await raw('/v1/patients', body), 400);
    expect(await count()).toBe(before);
  });

  it.each([
    ['page 0', 'page=0'],
    ['page 1e9', 'page=1000000000'],
    ['a page past integers', 'page=99999999999999999999'],
    ['a page that is no number', 'page=one'],
    ['a page size past the limit', 'page_size=101'],
    ['a repeated key', 'page=1&page=2'],
    ['SQL in a sort', 'sort=created_at;drop%20table%20patients'],
    ['SQL in a filter', "specialist_id='%20or%201=1--"],
    ['an unknown filter', 'organization_id=2'],
    ['__proto__', '__proto__[x]=1'],
    ['a NUL', 'sort=%00'],
    ['malformed percent-encoding', 'sort=%E0%A4%A'],
  ])('refuses a query with %s', async (_case, query) => {
    expectProblem(await specialist.get(`/v1/patients?${query}`), 400);
  });

  it('refuses SQL, bad ids and bad times in the audit filters', async () => {
    const compliance = caller(platform, platform.organizations[0]!.tokens.compliance);
    for (const query of [
      "resource_type=patient'--",
      'user_id=1',
      'from=yesterday',
      'action=peek',
      'success=maybe',
      'cursor=%ff',
    ]) {
      expectProblem(await compliance.get(`/v1/audit-logs?${query}`), 400);
    }
  });

  it('names the field of a fault, never its value', async () => {
    const problem = expectProblem(
      await specialist.post('/v1/patients', { first_name: 'a', last_name: 'b', phone: 'secret' }),
      400,
    );
    expect(problem.errors).toEqual([{ field: 'phone', reason: expect.any(String) as string }]);
    expect(JSON.stringify(problem)).not.toContain('secret');
  });

  it('refuses a bad id in an address', async () => {
    expectProblem(await specialist.get('/v1/patients/not-a-uuid'), 400);
    expectProblem(await specialist.get('/v1/organizations/0'), 400);
    expectProblem(await specialist.get('/v1/organizations/99999999999'), 400);
    expectProblem(await specialist.get('/v1/patients/%E0%A4%A'), 400);
  });

  it('refuses an empty change and a malformed If-Match', async () => {
    expectProblem(await specialist.patch(`/v1/patients/${patientId}`, {}), 400);
    const change = specialist.patch(`/v1/patients/${patientId}`, { phone: '+40711111111' });
    expectProblem(await change.set('If-Match', 'latest'), 400);
  });

  it('refuses other media types', async () => {
    expectProblem(await raw('/v1/patients', 'first_name=a', 'application/x-www-form-urlencoded'), 415);
    expectProblem(await raw('/v1/patients', '<a/>', 'text/xml'), 415);
  });

  it('refuses a body past the limit, also one that only grows when unpacked', async () => {
    const large = JSON.stringify({ first_name: 'a', last_name: 'b'.repeat(1_000_000) });
    expectProblem(await raw('/v1/patients', large), 413);
    const bomb = specialist
      .to('post', '/v1/patients')
      .set('content-type', 'application/json')
      .set('content-encoding', 'gzip');
    expectProblem(
      await bomb
        .serialize((body: unknown) => body as string)
        .send(gzipSync(Buffer.alloc(20_000_000, 32)) as unknown as string),
      413,
    );
  });

  it('answers unknown routes 404 and wrong methods 405', async () => {
    expectProblem(await specialist.get('/v1/nothing'), 404);
    const answer = await specialist.to('delete', '/v1/patients');
    expectProblem(answer, 405);
    expect(answer.headers.allow).toContain('GET');
  });

  it('ignores an organization a client claims in headers', async () => {
    const other = platform.organizations[1]!;
    const answer = await specialist
      .get('/v1/patients?page_size=100')
      .set('X-Organization-ID', String(other.id));
    const ids = (answer.body as { data: { id: string }[] }).data.map(({ id }) => id);
    expect(ids.filter((id) => other.patients.includes(id))).toEqual([]);
  });
});
