import type { Problem } from '@restartix/contracts';
import { createTestDatabases, type TestDatabases } from '@restartix/testing';
import request from 'supertest';
import { ClinicApp, PATIENTS, SECRET_NAME } from '../test/clinic-app';
import { AnonymousDenials } from './index';

const USER = '0192f3a1-1234-7123-8123-123456789012';
const NOBODY = '00000009-0000-7000-8000-000000000009';

describe('the denial capture', () => {
  let databases: TestDatabases;
  let clinic: ClinicApp;

  beforeAll(async () => {
    databases = await createTestDatabases();
    clinic = await new ClinicApp(databases).open();
  });
  afterAll(async () => {
    await clinic?.close();
    await databases?.drop();
  });
  beforeEach(() => clinic.superuser.query('truncate audit_outbox'));

  const as = (organization: number, path: string) =>
    request(clinic.app.getHttpServer()).get(path).set('x-as', `compliance ${organization} ${USER}`);
  const onlyEvent = async () => {
    const events = await clinic.events();
    expect(events).toHaveLength(1);
    return events[0]!;
  };

  it('records a 403 with what was asked for, by whom and in which request', async () => {
    const id = PATIENTS[1][0]!;
    const answer = await as(1, `/v1/patients/${id.toUpperCase()}/refused`).expect(403);
    expect(await onlyEvent()).toMatchObject({
      organization_id: 1,
      user_id: USER,
      user_role: 'compliance',
      action: 'deny',
      resource_type: 'patient',
      resource_id: id,
      success: false,
      request_id: answer.headers['x-request-id'],
      details: { failure_reason: 'forbidden', status: 403, route: 'GET /v1/patients/:id/refused' },
    });
  });

  it("records a 404 for another organization's id as that, in the asker's log only, and tells the asker nothing", async () => {
    const foreign = await as(1, `/v1/patients/${PATIENTS[2][0]}`).expect(404);
    expect(await onlyEvent()).toMatchObject({
      organization_id: 1,
      resource_type: 'patient',
      resource_id: PATIENTS[2][0],
      request_id: foreign.headers['x-request-id'],
      details: { failure_reason: 'belongs_to_another_organization', status: 404 },
    });
    const unknown = await as(1, `/v1/patients/${NOBODY}`).expect(404);
    const said = ({ body }: request.Response) => ({ ...(body as Problem), request_id: '' });
    expect(said(unknown)).toEqual(said(foreign));
  });

  it('records a 404 for an id nobody has as not found', async () => {
    await as(2, `/v1/patients/${NOBODY}`).expect(404);
    expect(await onlyEvent()).toMatchObject({
      organization_id: 2,
      resource_id: NOBODY,
      details: { failure_reason: 'not_found' },
    });
  });

  it('records a failure of ours without a word of its message', async () => {
    await as(1, `/v1/patients/${PATIENTS[1][0]}/broken`).expect(500);
    expect((await onlyEvent()).details).toMatchObject({ failure_reason: 'internal_error', status: 500 });
    expect(JSON.stringify(await clinic.events())).not.toContain(SECRET_NAME);
  });

  it('records nothing for bad input and unknown addresses', async () => {
    await as(1, '/v1/patients/not-a-uuid').expect(400);
    await as(1, '/v1/nothing').expect(404);
    await as(1, '/v1/open').expect(200);
    expect(await clinic.events()).toEqual([]);
  });

  it('answers no refusal that cannot be recorded: neither a 403 nor a 404', async () => {
    for (const path of [`${PATIENTS[1][0]}/refused`, PATIENTS[2][0], NOBODY]) {
      const answer = await clinic.withoutOutbox(() =>
        as(1, `/v1/patients/${path}`).then((response) => response),
      );
      expect([answer.status, (answer.body as Problem).code]).toEqual([503, 'audit_unavailable']);
    }
    expect(await clinic.events()).toEqual([]);
  });

  it('answers a failure of ours although it cannot be recorded', async () => {
    const answer = await clinic.withoutOutbox(() =>
      as(1, `/v1/patients/${PATIENTS[1][0]}/broken`).then((response) => response),
    );
    expect(answer.status).toBe(500);
  });

  it('records a 404 although the look-up behind it fails, and says that nobody knows', async () => {
    const LOOK_UP = 'function record_exists_elsewhere(text, text, int)';
    await clinic.superuser.query(`revoke execute on ${LOOK_UP} from core_app`);
    try {
      await as(2, `/v1/patients/${PATIENTS[1][0]}`).expect(404);
    } finally {
      await clinic.superuser.query(`grant execute on ${LOOK_UP} to core_app`);
    }
    expect(await onlyEvent()).toMatchObject({
      organization_id: 2,
      action: 'deny',
      details: { failure_reason: 'not_found_here_elsewhere_unknown', status: 404 },
    });
  });

  describe('of callers nobody knows', () => {
    const knock = async (address: string, times: number, header?: string, app = clinic.app) => {
      for (let count = 0; count < times; count++) {
        const asked = request(app.getHttpServer()).get('/v1/patients').set('x-forwarded-for', address);
        const answer = await (header ? asked.set('x-as', header) : asked);
        expect(answer.status).toBe(header ? 403 : 401);
      }
    };
    const counted = async () =>
      (await clinic.events()).map(({ ip_address, details }) => [
        ip_address,
        details.failure_reason,
        details.count,
      ]);
    const denials = () => clinic.app.get(AnonymousDenials, { strict: false });

    it('counts refusals per address into one event of the platform log', async () => {
      await knock('203.0.113.7', 3);
      await knock('2001:db8::7', 2);
      expect(await clinic.events()).toEqual([]);
      await denials().flush();
      expect(await counted()).toEqual([
        ['203.0.113.7', 'unauthenticated', 3],
        ['2001:db8::7', 'unauthenticated', 2],
      ]);
      for (const event of await clinic.events())
        expect(event).toMatchObject({
          organization_id: 0,
          user_id: null,
          user_role: 'anonymous',
          action: 'deny',
          resource_type: 'api',
          success: false,
        });
      await denials().flush();
      expect(await clinic.events()).toHaveLength(2);
    });

    it('counts those with a valid token of nobody we know apart', async () => {
      await knock('203.0.113.7', 1);
      await knock('203.0.113.7', 2, 'stranger');
      await denials().flush();
      expect(await counted()).toEqual([
        ['203.0.113.7', 'unauthenticated', 1],
        ['203.0.113.7', 'not_a_member', 2],
      ]);
    });

    it('keeps the counts while they cannot be written, and goes on counting', async () => {
      await knock('203.0.113.7', 2);
      await clinic.withoutOutbox(() =>
        expect(denials().flush()).rejects.toMatchObject({ code: 'audit_unavailable' }),
      );
      await knock('203.0.113.7', 1);
      await knock('203.0.113.8', 1);
      await denials().flush();
      expect(await counted()).toEqual([
        ['203.0.113.7', 'unauthenticated', 3],
        ['203.0.113.8', 'unauthenticated', 1],
      ]);
    });

    it('writes what was counted when the service ends', async () => {
      const other = await clinic.start();
      await knock('203.0.113.9', 4, undefined, other);
      await other.close();
      expect(await counted()).toEqual([['203.0.113.9', 'unauthenticated', 4]]);
    });
  });
});
