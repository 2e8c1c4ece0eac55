import type { AuditLogEntry, MySession } from '@restartix/contracts';
import {
  HOURS,
  MINUTES,
  personOf,
  startPlatform,
  type Platform,
  type ProvisionedOrganization,
} from '@restartix/testing';
import { caller, eventually } from './api';

/** The policy as it is without the lab's longer terms. */
const POLICY = {
  SESSION_IDLE_MINUTES: '15',
  SESSION_PATIENT_MINUTES: '1440',
  SESSION_SPECIALIST_MINUTES: '480',
  SESSION_ADMIN_MINUTES: '240',
  SESSION_REAUTH_MINUTES: '15',
  SESSIONS_PER_USER: '3',
};

describe('sessions', () => {
  let platform: Platform;
  let first: ProvisionedOrganization;
  let names = 0;

  beforeAll(async () => {
    platform = await startPlatform({ patients: 12, environment: { coreApi: POLICY } });
    first = platform.organizations[0]!;
  }, 120_000);

  afterAll(() => platform?.stop());

  type Who = keyof ProvisionedOrganization['subjects'];

  /** Someone who signs in now, with a session of their own. */
  function signIn(role: Who, organization = first) {
    const sessionId = `sess_spec_${(names += 1)}`;
    const at = () => Math.floor(platform.clock.now().getTime() / 1000);
    /** `fva` is minutes since the factors were proved, as Clerk tells them. */
    const token = (minutesSince = 0) =>
      platform.token({
        ...personOf(organization, role),
        sessionId,
        overrides: { iat: at() - 2, fva: [minutesSince, 0] },
      });
    const signedIn = at();
    const now = () => caller(platform, token(Math.round((at() - signedIn) / 60)));
    return { sessionId, now, reauthenticated: () => caller(platform, token(0)) };
  }
  /** Events of one session's record, oldest first. */
  async function eventsOfSession(sessionId: string, expected: number): Promise<AuditLogEntry[]> {
    const main = await platform.superuser('main');
    const [row] = await main.query<{ id: string }>('select id from sessions where identity_session = $1', [
      sessionId,
    ]);
    await main.close();
    const compliance = signIn('compliance').now();
    const find = async () =>
      (await compliance.get(`/v1/audit-logs?resource_type=session&resource_id=${row!.id}`)).body as {
        data?: AuditLogEntry[];
      };
    const page = await eventually(find, ({ data }) => (data?.length ?? 0) >= expected);
    return page.data!.reverse();
  }
  /** Activity is written a second late. */
  async function activityIsWritten(sessionId: string, at: Date): Promise<void> {
    const main = await platform.superuser('main');
    const newest = () =>
      main.query<{ last_active_at: Date }>(
        'select last_active_at from sessions where identity_session = $1',
        [sessionId],
      );
    await eventually(newest, ([row]) => row!.last_active_at.getTime() > at.getTime() - 2000);
    await main.close();
  }
  const codeOf = async (request: PromiseLike<{ status: number; body: { code?: string } }>) => {
    const { status, body } = await request;
    return status === 200 ? 200 : `${status} ${body.code}`;
  };

  it('ends when it was not used for 15 minutes; a use in between keeps it', async () => {
    const { now, sessionId } = signIn('patient');
    expect(await codeOf(now().get('/v1/me'))).toBe(200);
    platform.clock.advance(14 * MINUTES);
    expect(await codeOf(now().get('/v1/me'))).toBe(200);
    platform.clock.advance(14 * MINUTES);
    expect(await codeOf(now().get('/v1/me'))).toBe(200);
    platform.clock.advance(15 * MINUTES + 1000);
    expect(await codeOf(now().get('/v1/me'))).toBe('401 session_idle');
    expect(await codeOf(now().get('/v1/me'))).toBe('401 session_idle');
    const events = await eventsOfSession(sessionId, 2);
    expect(events.map(({ action, user_id, details }) => [action, user_id, details.reason])).toEqual([
      ['login', first.users.patient, undefined],
      ['logout', first.users.patient, 'idle'],
    ]);
  });

  it('of an administrator ends after four hours of work', async () => {
    const { now } = signIn('org_admin');
    for (let minutes = 0; minutes < 4 * 60; minutes += 12) {
      expect(await codeOf(now().get('/v1/me'))).toBe(200);
      platform.clock.advance(12 * MINUTES);
    }
    expect(await codeOf(now().get('/v1/me'))).toBe('401 session_expired');
  });

  it('of a specialist opens health data to who has just proved to be there', async () => {
    const { now, reauthenticated } = signIn('specialist');
    const path = `/v1/patients/${first.patients[0]}`;
    expect(await codeOf(now().get(path))).toBe(200);
    platform.clock.advance(14 * MINUTES);
    expect(await codeOf(now().get('/v1/me'))).toBe(200);
    platform.clock.advance(2 * MINUTES);
    const stale = await now().get(path);
    expect([stale.status, stale.body.code]).toEqual([401, 'reauth_required']);
    expect(stale.headers['www-authenticate']).toBe(
      'Bearer error="insufficient_user_authentication", max_age="900"',
    );
    expect(await codeOf(now().get('/v1/me'))).toBe(200);
    expect(await codeOf(reauthenticated().get(path))).toBe(200);
  });

  it('that was signed in to long before it is seen here has no new term', async () => {
    const { now } = signIn('compliance');
    platform.clock.advance(5 * HOURS);
    expect(await codeOf(now().get('/v1/me'))).toBe('401 session_expired');
  });

  it('ends the least recently used one when a user has more than the limit', async () => {
    const three = [signIn('assistant'), signIn('assistant'), signIn('assistant')];
    for (const { now } of three) {
      expect(await codeOf(now().get('/v1/me'))).toBe(200);
      platform.clock.advance(2000);
    }
    expect(await codeOf(three[0]!.now().get('/v1/me'))).toBe(200);
    await activityIsWritten(three[0]!.sessionId, platform.clock.now());
    expect(await codeOf(signIn('assistant').now().get('/v1/me'))).toBe(200);
    expect(await Promise.all(three.map(({ now }) => codeOf(now().get('/v1/me'))))).toEqual([
      200,
      '401 session_revoked',
      200,
    ]);
    const events = await eventsOfSession(three[1]!.sessionId, 2);
    expect(events.at(-1)).toMatchObject({ action: 'logout', details: { reason: 'limit' } });
  });

  it('are listed to their user and to nobody else, with where they began', async () => {
    const [here, there] = [signIn('patient'), signIn('patient')];
    await here.now().get('/v1/me').set('User-Agent', 'ClinicApp/3').set('X-Forwarded-For', '198.51.100.4');
    await there.now().get('/v1/me').expect(200);
    const list = (await here.now().get('/v1/me/sessions').expect(200)).body.data as MySession[];
    expect(list).toHaveLength(2);
    expect(list.find(({ current }) => current)).toMatchObject({
      organization_id: first.id,
      client_address: '198.51.100.4',
      user_agent: 'ClinicApp/3',
    });
    const others = (await signIn('org_admin').now().get('/v1/me/sessions').expect(200)).body
      .data as MySession[];
    expect(others.filter(({ id }) => list.some((own) => own.id === id))).toEqual([]);
    await signIn('org_admin').now().to('delete', `/v1/me/sessions/${list[0]!.id}`).expect(404);
  });

  it('are ended by their user: one, all others, and the current one', async () => {
    platform.clock.advance(20 * MINUTES); // whatever was open is idle
    const [a, b, c] = [signIn('patient'), signIn('patient'), signIn('patient')] as const;
    const ids = new Map<string, string>();
    for (const { now, sessionId } of [a, b, c]) {
      const list = (await now().get('/v1/me/sessions').expect(200)).body.data as MySession[];
      ids.set(sessionId, list.find(({ current }) => current)!.id);
    }
    const end = (session: { sessionId: string }) => `/v1/me/sessions/${ids.get(session.sessionId)}`;
    await a.now().to('delete', end(b)).expect(204);
    await a.now().to('delete', end(b)).expect(204);
    expect(await codeOf(b.now().get('/v1/me'))).toBe('401 session_revoked');
    await a.now().to('delete', '/v1/me/sessions').expect(204);
    expect(await codeOf(c.now().get('/v1/me'))).toBe('401 session_revoked');
    expect(await codeOf(a.now().get('/v1/me'))).toBe(200);
    await a.now().to('delete', end(a)).expect(204);
    expect(await codeOf(a.now().get('/v1/me'))).toBe('401 session_revoked');
  });

  it('go on when the active organization is another: the token says which', async () => {
    const main = await platform.superuser('main');
    const other = platform.organizations[1]!;
    await main.query(
      `insert into user_organizations (organization_id, user_id, role) values ($1, $2, 'assistant')`,
      [other.id, first.users.specialist],
    );
    await main.close();
    const sessionId = 'sess_switching';
    const iat = Math.floor(platform.clock.now().getTime() / 1000) - 2;
    const overrides = { iat };
    const here = caller(platform, platform.token({ ...personOf(first, 'specialist'), sessionId, overrides }));
    const { organization } = personOf(other, 'assistant');
    const subject = first.subjects.specialist;
    const there = caller(platform, platform.token({ subject, organization, sessionId, overrides }));
    const patientsOf = async (somebody: typeof here) =>
      ((await somebody.get('/v1/patients?page_size=100').expect(200)).body.data as { id: string }[]).map(
        ({ id }) => id,
      );
    const [own, theirs] = [await patientsOf(here), await patientsOf(there)];
    expect(own.length).toBeGreaterThan(0);
    expect(theirs.length).toBeGreaterThan(0);
    expect(theirs.filter((id) => own.includes(id))).toEqual([]);
    const list = (await there.get('/v1/me/sessions').expect(200)).body.data as MySession[];
    expect(list.filter(({ current }) => current)).toHaveLength(1);
  });

  it('begins once, however many requests show it first', async () => {
    const { now, sessionId } = signIn('patient', platform.organizations[1]);
    const answers = await Promise.all(Array.from({ length: 20 }, () => codeOf(now().get('/v1/me'))));
    expect(new Set(answers)).toEqual(new Set([200]));
    const main = await platform.superuser('main');
    const rows = await main.query(
      'select user_id, organization_id from sessions where identity_session = $1',
      [sessionId],
    );
    await main.close();
    const { id, users } = platform.organizations[1]!;
    expect(rows).toEqual([{ user_id: users.patient, organization_id: id }]);
  });
});
