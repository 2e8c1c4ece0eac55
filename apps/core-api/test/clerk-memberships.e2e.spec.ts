import type { Database } from '@restartix/database';
import {
  LAB_ISSUER,
  LAB_ORIGIN,
  personOf,
  startPlatform,
  type Platform,
  type ProvisionedOrganization,
} from '@restartix/testing';
import { ClerkInstance } from '@restartix/vendor-lab';
import { Caller, caller, eventually } from './api';

type Row = { attempts: number; last_failure: string | null };

describe('memberships that begin here', () => {
  const password = 'correct horse battery';
  const secrets = { secretKey: 'sk_test_memberships', webhookSecret: 'whsec_bGFi' };
  const clerk = new ClerkInstance({ issuer: LAB_ISSUER, origin: LAB_ORIGIN, ...secrets });
  const SILENT = 'Clerk is told of no membership';
  let platform: Platform;
  let clinic: ProvisionedOrganization;
  let second: ProvisionedOrganization;
  let owner: Database;

  beforeAll(async () => {
    await clerk.start();
    platform = await startPlatform({ patients: 3 });
    [clinic, second] = platform.organizations as [ProvisionedOrganization, ProvisionedOrganization];
    owner = await platform.superuser('main');
    clerk.addOrganization(north());
  }, 240_000);

  afterAll(async () => {
    await owner?.close();
    await platform?.stop();
    await clerk.stop();
  });

  /** The first organization as Clerk knows it. */
  const north = () => personOf(clinic, 'patient').organization!;
  const account = () => ({ CLERK_API_URL: clerk.url, CLERK_SECRET_KEY: secrets.secretKey });
  const waiting = () => owner.query<Row>('select attempts, last_failure from untold_memberships');
  const isTold = () => eventually(waiting, (rows) => rows.length === 0, 20_000);
  const subjects = () => clerk.members.map(({ userId }) => userId);
  const metric = async (name: string) =>
    (await (await fetch(platform.metrics.coreApi)).text()).split('\n').find((line) => line.startsWith(name));

  /** Somebody of the second organization, known to Clerk, becomes a patient of the first. */
  async function signUp(role: 'patient' | 'specialist' | 'assistant' | 'org_admin' | 'compliance') {
    const { subject } = personOf(second, role);
    clerk.addUser({ id: subject, email: `${role}@example.org`, password });
    const me = caller(platform, platform.token({ subject }));
    const body = { host: `${clinic.slug}.portal.restartix.app`, first_name: 'Ioana', last_name: 'Noua' };
    await me.post('/v1/portal/onboard', body).expect(201);
    return subject;
  }

  it('wait where no secret key is set, and the process says so once', async () => {
    await signUp('patient');
    await new Promise((resolve) => setTimeout(resolve, 2_500)); // more than two rounds
    expect(await waiting()).toEqual([{ attempts: 0, last_failure: null }]);
    expect(await metric('identity_memberships_waiting ')).toBe('identity_memberships_waiting 1');
    expect(platform.logs('coreApi').split(SILENT)).toHaveLength(2);
    expect(clerk.members).toEqual([]);
  });

  it('are told once there is one, and the next token names the organization', async () => {
    await platform.kill('coreApi');
    await platform.start('coreApi', account());
    await isTold();
    const { subject } = personOf(second, 'patient');
    const id = north().id;
    expect(clerk.members).toMatchObject([{ organization: { id }, userId: subject, role: 'org:member' }]);
    expect(platform.logs('coreApi').split(SILENT)).toHaveLength(2); // not said again
    const token = await clerkToken('patient@example.org');
    const api = await platform.startSecond({ ...account(), CLERK_JWT_KEY: '', OUTBOX_RELAY: 'false' });
    const { body } = await new Caller(api, token).get('/v1/me').expect(200);
    expect(body.data).toMatchObject({ role: 'patient', current_organization: { id: clinic.id } });
  });

  it('are told again while Clerk is busy or away, no sooner than it asks', async () => {
    clerk.refuse({ status: 429, code: 'too_many_requests', retryAfter: 1 }, { status: 503, code: 'down' });
    const subject = await signUp('specialist');
    await isTold();
    expect(subjects()).toContain(subject);
  });

  it('are counted, kept with the reason, and told again when Clerk refuses', async () => {
    clerk.refuse({ status: 403, code: 'organization_membership_quota_exceeded' });
    const subject = await signUp('assistant');
    const refused = await eventually(waiting, ([row]) => Boolean(row?.last_failure));
    expect(refused).toEqual([{ attempts: 1, last_failure: '403 organization_membership_quota_exceeded' }]);
    expect(await metric('identity_memberships_told_total{outcome="failed"}')).toMatch(/ 1$/);
    const logged = () =>
      Promise.resolve(platform.logs('coreApi').includes('Clerk did not take a membership'));
    expect(await eventually(logged, Boolean)).toBe(true);
    expect(platform.logs('coreApi').includes(subject)).toBe(false);
    await isTold();
    expect(subjects()).toContain(subject);
  });

  it('are done where Clerk knows of them already', async () => {
    const { subject } = personOf(second, 'org_admin');
    clerk.addUser({ id: subject, email: 'org_admin@example.org', password });
    clerk.join(north().id, subject);
    await signUp('org_admin');
    await isTold();
    expect(subjects().filter((one) => one === subject)).toHaveLength(1);
    expect(await metric('identity_memberships_told_total{outcome="known"}')).toMatch(/ 1$/);
  });

  it('survive a process that dies after Clerk has taken one and before it knows', async () => {
    clerk.silent = true;
    const subject = await signUp('compliance');
    await eventually(
      () => Promise.resolve(subjects()),
      (told) => told.includes(subject),
    );
    await platform.kill('coreApi');
    expect(await waiting()).toHaveLength(1);
    clerk.silent = false;
    await owner.query('update untold_memberships set due_at = now()'); // its lease is over
    await platform.start('coreApi');
    await isTold();
    expect(subjects().filter((one) => one === subject)).toHaveLength(1);
  });

  async function clerkToken(identifier: string): Promise<string> {
    const ask = async (path: string, form: Record<string, string>, client = '') => {
      const answer = await fetch(`${clerk.url}/v1/client/${path}`, {
        ...{ method: 'POST', body: new URLSearchParams(form), headers: { authorization: client } },
      });
      return { client: answer.headers.get('authorization') ?? '', body: (await answer.json()) as never };
    };
    const { client, body } = await ask('sign_ins', { identifier, password });
    const session = (body as { response: { created_session_id: string } }).response.created_session_id;
    return ((await ask(`sessions/${session}/tokens`, {}, client)).body as { jwt: string }).jwt;
  }
});
