import { mayEver, type Impersonation, type ImpersonationToken, type Permission } from '@restartix/contracts';
import {
  HOURS,
  MINUTES,
  personOf,
  startPlatform,
  type Platform,
  type ProvisionedOrganization,
} from '@restartix/testing';
import { caller, eventsOf, requestId, type Caller } from './api';
import { readInventory } from './generated/inventory';

const REASON = 'The patient cannot find the consent form';
/** The first patient has the login of the patient role. */
const OWN = 0;

describe('impersonation', () => {
  let platform: Platform;
  let first: ProvisionedOrganization;
  let second: ProvisionedOrganization;
  let compliance: Caller;
  let sessions = 0;

  beforeAll(async () => {
    platform = await startPlatform({
      patients: 12,
      environment: { coreApi: { STEP_UP_MINUTES: '5', RATE_LIMIT_IMPERSONATION: '3/300' } },
    });
    [first, second] = platform.organizations as [ProvisionedOrganization, ProvisionedOrganization];
    compliance = caller(platform, first.tokens.compliance);
  }, 120_000);

  afterAll(() => platform?.stop());

  /** Somebody who has just signed in, with a second factor. */
  function signedIn(role: 'assistant' | 'org_admin' | 'specialist', organization = first): Caller {
    const iat = Math.floor(platform.clock.now().getTime() / 1000) - 2;
    const sessionId = `sess_impersonator_${(sessions += 1)}`;
    return caller(
      platform,
      platform.token({ ...personOf(organization, role), sessionId, overrides: { iat } }),
    );
  }
  const start = (who: Caller, patient = OWN, organization = first) =>
    who.post(`/v1/patients/${organization.patients[patient]}/impersonate`, { reason: REASON });
  async function started(who: Caller, patient = OWN): Promise<ImpersonationToken & { as: Caller }> {
    const token = (await start(who, patient).expect(201)).body.data as ImpersonationToken;
    return { ...token, as: caller(platform, token.token) };
  }
  const codeOf = async (request: PromiseLike<{ status: number; body: { code?: string } }>) => {
    const { status, body } = await request;
    return body.code ? `${status} ${body.code}` : status;
  };
  const record = (patient: number) => `/v1/patients/${first.patients[patient]}`;

  it('shows what the patient sees and no more, and every event names both', async () => {
    const { as, user_id, impersonation_id } = await started(signedIn('assistant'));
    expect(user_id).toBe(first.users.patient);
    const answer = await as.get(record(OWN)).expect(200);
    expect(answer.body.data).toHaveProperty('date_of_birth');
    const [event] = await eventsOf(compliance, requestId(answer), 1);
    expect(event).toMatchObject({
      ...{
        action: 'view',
        user_id: first.users.assistant,
        user_role: 'assistant',
        patient_id: first.patients[OWN],
      },
      details: { impersonation_id, impersonated_user_id: first.users.patient },
    });
    const refused = await as.get(record(1));
    expect(refused.status).toBe(404);
    const [denial] = await eventsOf(compliance, requestId(refused), 1);
    expect(denial).toMatchObject({
      action: 'deny',
      user_id: first.users.assistant,
      details: { impersonation_id },
    });
    await as.get('/v1/audit-logs').expect(403);
    await as.get('/v1/me/profile').expect(403); // the person's, and not shared with the organization
    const person = (await as.get(`${record(OWN)}/profile`).expect(200)).body.data as object;
    expect(Object.keys(person).sort()).toEqual(['first_name', 'id', 'last_name', 'user_id']);
    expect((await as.get('/v1/me').expect(200)).body.data).toMatchObject({ role: 'patient' });
  });

  it('changes nothing, by no route that a patient may call', async () => {
    const { as } = await started(signedIn('org_admin'));
    const writing = readInventory().filter(
      ({ route, access }) =>
        !route.startsWith('GET ') &&
        !access.endsWith(':read') &&
        (['authenticated', 'member'].includes(access) ||
          (access.includes(':') && mayEver(access as Permission, 'patient'))),
    );
    expect(writing.length).toBeGreaterThan(8);
    for (const { route } of writing) {
      const [method, path] = route.split(' ') as [string, string];
      const named = path.replace(/:\w+/g, first.patients[OWN]!);
      const answer = await as.to(method.toLowerCase() as 'post', named).send({});
      expect([route, answer.status, answer.body.code]).toEqual([route, 403, 'impersonation_read_only']);
    }
  });

  let elsewhere: Promise<Caller> | undefined;
  /** What somebody of the other organization sees as its patient. */
  const seenElsewhere = () =>
    (elsewhere ??= (async () => {
      const answer = await start(signedIn('assistant', second), OWN, second).expect(201);
      return caller(platform, (answer.body.data as ImpersonationToken).token);
    })());

  it('reads by every route that a patient may read by, without a change that the database would refuse', async () => {
    const as = await seenElsewhere();
    const reading = readInventory().filter(
      ({ route, access }) =>
        route.startsWith('GET ') &&
        (['authenticated', 'member'].includes(access) ||
          (access.includes(':') && mayEver(access as Permission, 'patient'))),
    );
    expect(reading.length).toBeGreaterThan(8);
    for (const { route, about_login } of reading) {
      const answer = await as.get(route.slice(4).replace(/:\w+/g, second.patients[OWN]!));
      const expected = about_login ? /^impersonation_hides_login$/ : /^(shown|not_found|validation_error)$/;
      expect([route, answer.body.code ?? 'shown']).toEqual([route, expect.stringMatching(expected)]);
    }
  });

  it('does not show how the patient signs in, and where else', async () => {
    const oneself = readInventory().filter(({ access }) => access === 'authenticated');
    const rest = oneself.filter(({ about_login }) => !about_login).map(({ route }) => route);
    expect(rest).toEqual(['GET /v1/me', 'POST /v1/portal/onboard']);
    const membership = async (statement: string) => {
      const main = await platform.superuser('main');
      await main.query(statement, [first.id, second.users.patient]);
      await main.close();
    };
    await membership(
      `insert into user_organizations (organization_id, user_id, role) values ($1, $2, 'patient')`,
    );
    const patient = caller(platform, second.tokens.patient);
    const both = (await patient.get('/v1/organizations').expect(200)).body.data as { id: number }[];
    expect(both.map(({ id }) => id).sort()).toEqual([first.id, second.id].sort());
    const as = await seenElsewhere();
    for (const path of ['/v1/organizations', '/v1/me/sessions', '/v1/second-factors'])
      expect([path, await codeOf(as.get(path))]).toEqual([path, '403 impersonation_hides_login']);
    expect((await as.get('/v1/me').expect(200)).body.data.organization_ids).toEqual([second.id]);
    expect((await patient.get('/v1/me').expect(200)).body.data.organization_ids).toHaveLength(2);
    await membership('delete from user_organizations where (organization_id, user_id) = ($1, $2)');
  });

  it('ends with its hour, by its end, and with the session it was begun in', async () => {
    const [one, two, three] = [
      await started(signedIn('assistant')),
      await started(signedIn('org_admin')),
      await started(signedIn('org_admin')),
    ];
    const admin = signedIn('org_admin');
    await admin.post(`/v1/impersonations/${two.id}/end`, {}).expect(200);
    expect(await codeOf(two.as.get('/v1/me'))).toBe('401 token_delegated');
    await admin.post(`/v1/impersonations/${two.id}/end`, {}).expect(409);
    await signedIn('assistant').post(`/v1/impersonations/${three.id}/end`, {}).expect(404);
    expect(await codeOf(three.as.get('/v1/me'))).toBe(200);
    await admin.to('delete', '/v1/me/sessions').send().expect(204);
    expect(await codeOf(three.as.get('/v1/me'))).toBe('401 session_revoked');
    platform.clock.advance(55 * MINUTES);
    expect(await codeOf(one.as.get('/v1/me'))).toBe(200);
    platform.clock.advance(5 * MINUTES);
    expect(await codeOf(one.as.get('/v1/me'))).toBe('401 token_delegated');
  });

  it('is begun three times in five minutes, with a fresh second factor, a reason and a patient of one’s own', async () => {
    const desk = signedIn('assistant');
    const statuses = [];
    for (let attempt = 0; attempt < 4; attempt += 1) statuses.push((await start(desk)).status);
    expect(statuses.filter((status) => status === 201).length).toBeLessThanOrEqual(3);
    expect(statuses.at(-1)).toBe(429);
    expect(await codeOf(start(signedIn('specialist')))).toBe('403 forbidden');
    const other = platform.organizations[1]!;
    expect(await codeOf(start(signedIn('org_admin', other)))).toBe('404 not_found');
    const path = `/v1/patients/${other.patients[0]}/impersonate`;
    expect(await codeOf(signedIn('org_admin', other).post(path, { reason: 'because' }))).toBe(
      '400 validation_error',
    );
    const stale = signedIn('org_admin', other);
    await stale.get('/v1/me').expect(200);
    platform.clock.advance(6 * MINUTES);
    expect(await codeOf(start(stale, 0, other))).toBe('403 step_up_required');
  });

  it('lets a token of the provider that names an actor pass while it lives, and no other', async () => {
    const other = platform.organizations[1]!;
    const told = (role: 'org_admin' | 'assistant', organization = other) =>
      caller(
        platform,
        platform.token({
          ...personOf(other, 'patient'),
          organization: personOf(organization, 'patient').organization,
          sessionId: 'sess_of_the_provider',
          overrides: { act: { sub: other.subjects[role] } },
        }),
      );
    expect(await codeOf(told('assistant').get('/v1/me'))).toBe('401 token_delegated');
    await start(signedIn('assistant', other), 0, other).expect(201);
    expect((await told('assistant').get('/v1/me').expect(200)).body.data).toMatchObject({ role: 'patient' });
    expect(await codeOf(told('org_admin').get('/v1/me'))).toBe('401 token_delegated');
    expect(await codeOf(told('assistant', first).get('/v1/me'))).toBe('401 token_delegated');
    platform.clock.advance(HOURS);
    expect(await codeOf(told('assistant').get('/v1/me'))).toBe('401 token_delegated');
  });

  it('is seen by the patient and by compliance, with who and why, and by nobody of another organization', async () => {
    const patient = caller(platform, first.tokens.patient);
    const of = async (who: Caller) =>
      (await who.get('/v1/impersonations?page_size=100').expect(200)).body.data as Impersonation[];
    const seen = await of(patient);
    expect(seen.length).toBeGreaterThan(4);
    expect(seen[0]).toMatchObject({ reason: REASON, patient_id: first.patients[OWN] });
    expect((await of(compliance)).map(({ id }) => id)).toEqual(seen.map(({ id }) => id));
    const own = await of(signedIn('assistant'));
    expect(new Set(own.map(({ user_id }) => user_id))).toEqual(new Set([first.users.assistant]));
    const foreign = await of(caller(platform, platform.organizations[1]!.tokens.compliance));
    expect(foreign.filter(({ id }) => seen.some((one) => one.id === id))).toEqual([]);
  });
});
