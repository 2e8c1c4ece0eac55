import type {
  AuditLogEntry,
  Enrolment,
  ImpersonationToken,
  OrganizationSettings,
  StepUpProof,
  StepUpPurpose,
} from '@restartix/contracts';
import {
  LAB_ISSUER,
  MINUTES,
  SECONDS,
  personOf,
  startPlatform,
  type Platform,
  type ProvisionedOrganization,
} from '@restartix/testing';
import { OIDC_AUDIENCE, OidcLab } from '@restartix/vendor-lab';
import { stepAt, totpCode } from '../src/access/step-up/totp.policy';
import { Caller, caller, eventsOf, eventually, requestId } from './api';
import { secretOf } from './totp';

const OWN = 'saml_carpathia';
const DEMAND = { issuer: LAB_ISSUER, connection: OWN };
const STAFF = ['specialist', 'assistant', 'org_admin', 'compliance'] as const;

describe('an organization that demands SSO of its staff', () => {
  let platform: Platform;
  let first: ProvisionedOrganization;
  let second: ProvisionedOrganization;
  let sessions = 0;
  const lab = new OidcLab();

  beforeAll(async () => {
    platform = await startPlatform({ patients: 12 });
    [first, second] = platform.organizations as [ProvisionedOrganization, ProvisionedOrganization];
  }, 120_000);

  afterAll(async () => {
    await platform?.stop();
    await lab.stop();
  });

  type Who = keyof ProvisionedOrganization['subjects'];

  /** A session of its own, by a connection or by none. */
  function token(role: Who, connection?: string, organization = first): string {
    const sessionId = `sess_sso_${(sessions += 1)}`;
    const iat = Math.floor(platform.clock.now().getTime() / 1000) - 2;
    return platform.token({ ...personOf(organization, role), sessionId, overrides: { iat, connection } });
  }
  const signedIn = (role: Who, connection?: string, organization = first) =>
    caller(platform, token(role, connection, organization));
  const settings = (organization = first) => `/v1/organizations/${organization.id}/settings`;
  const demand = (who: Caller, sso: object | null) => who.patch(settings(), { sso });
  const codeOf = async (request: PromiseLike<{ status: number; body: { code?: string } }>) => {
    const { status, body } = await request;
    return body.code ? `${status} ${body.code}` : status;
  };
  const path = '/v1/clinics';

  /** An authenticator app is enrolled, and shown for a purpose; each of its codes is good once. */
  async function enrolled(as: Caller): Promise<(purpose: StepUpPurpose) => Promise<string>> {
    const enrolment = (await as.post('/v1/second-factors', { kind: 'totp' }).expect(201)).body
      .data as Enrolment;
    const secret = secretOf(enrolment.otpauth_uri!);
    const code = () => totpCode(secret, stepAt(platform.clock.now()));
    await as.post(`/v1/second-factors/${enrolment.id}/confirm`, { code: code() }).expect(200);
    const proofs = new Map<StepUpPurpose, string>();
    return async (purpose) => {
      const known = proofs.get(purpose);
      if (known) return known;
      platform.clock.advance(30 * SECONDS);
      const answer = await as.post('/v1/step-up/verify', { purpose, totp: code() }).expect(200);
      const { proof } = answer.body.data as StepUpProof;
      proofs.set(purpose, proof);
      return proof;
    };
  }

  afterEach(() => demand(signedIn('org_admin', OWN), null).expect(200));

  it('lets staff in by its own connection and by no other; patients, and other organizations, by any', async () => {
    await demand(signedIn('org_admin', OWN), DEMAND).expect(200);
    for (const role of STAFF) {
      expect([role, await codeOf(signedIn(role, OWN).get(path))]).toEqual([role, 200]);
      for (const connection of [undefined, 'saml_danube', OWN.toUpperCase()])
        expect([role, await codeOf(signedIn(role, connection).get(path))]).toEqual([
          role,
          '403 sso_required',
        ]);
      expect([role, await codeOf(signedIn(role, undefined, second).get(path))]).toEqual([role, 200]);
    }
    expect(await codeOf(signedIn('specialist').get('/v1/me'))).toBe('403 sso_required');
    expect(await codeOf(signedIn('patient').get(path))).toBe(200);
    expect(await codeOf(signedIn('patient', undefined, second).get(path))).toBe(200);
  });

  it('binds a session that began before, at its next request, and frees it again', async () => {
    const before = signedIn('specialist');
    await before.get(path).expect(200);
    const admin = signedIn('org_admin', OWN);
    await demand(admin, DEMAND).expect(200);
    expect(await codeOf(before.get(path))).toBe('403 sso_required');
    await demand(admin, null).expect(200);
    expect(await codeOf(before.get(path))).toBe(200);
  });

  it('is set by an administrator who is signed in there, so that nobody is locked out by a mistake', async () => {
    for (const sso of [DEMAND, { issuer: 'https://elsewhere.example' }])
      expect(await codeOf(demand(signedIn('org_admin'), sso))).toBe('409 conflict');
    const wrong = { ...DEMAND, connection: 'saml_carpatia' };
    expect(await codeOf(demand(signedIn('org_admin', OWN), wrong))).toBe('409 conflict');
    for (const role of ['specialist', 'assistant', 'compliance', 'patient'] as const)
      expect(await codeOf(demand(signedIn(role, OWN), DEMAND))).toBe('403 forbidden');
    const elsewhere = signedIn('org_admin', OWN, second).patch(settings(), { sso: DEMAND });
    expect(await codeOf(elsewhere)).toBe('404 not_found');
    expect(await codeOf(signedIn('org_admin', OWN).patch(settings(), { sso: {} }))).toBe(
      '400 validation_error',
    );
    const { data } = (await signedIn('org_admin').get(settings()).expect(200)).body as {
      data: OrganizationSettings;
    };
    expect(data.sso).toBeNull();
  });

  it('is set, changed and taken away with a fresh second factor, shown for it, and by no other word', async () => {
    const stale = { connection: OWN, fva: [0, 60_000] };
    const sessionId = `sess_sso_${(sessions += 1)}`;
    const iat = Math.floor(platform.clock.now().getTime() / 1000) - 2;
    const admin = caller(
      platform,
      platform.token({ ...personOf(second, 'org_admin'), sessionId, overrides: { iat, ...stale } }),
    );
    const change = (body: object, proof = '') =>
      codeOf(admin.patch(settings(second), body).set('Step-Up-Proof', proof));
    expect(await change({ waitlist_offer_minutes: 45 })).toBe(200);
    const bodies = [{ sso: DEMAND }, { sso: null }, { sso: null, waitlist_offer_minutes: 46 }];
    for (const body of bodies) expect(await change(body)).toBe('403 step_up_required');
    const { waitlist_offer_minutes } = (await admin.get(settings(second)).expect(200)).body.data;
    expect(waitlist_offer_minutes).toBe(45);
    const proofOf = await enrolled(admin);
    for (const body of bodies)
      expect(await change(body, await proofOf('api_keys'))).toBe('403 step_up_required');
    for (const body of bodies) expect(await change(body, await proofOf('sso'))).toBe(200);
  });

  it('leaves what was changed, from what to what, and who was refused, in its trail and security record', async () => {
    const compliance = signedIn('compliance', OWN);
    const change = await demand(signedIn('org_admin', OWN), DEMAND).expect(200);
    expect(change.body.data.sso).toEqual(DEMAND);
    const [event] = await eventsOf(compliance, requestId(change), 1);
    expect(event).toMatchObject({
      ...{ resource_type: 'organization_settings', user_id: first.users.org_admin, user_role: 'org_admin' },
      details: { changes: { sso_issuer: { new: LAB_ISSUER }, sso_connection: { new: OWN } } },
    });
    const refused = await signedIn('assistant').get(path).expect(403);
    const [denial] = await eventsOf(compliance, requestId(refused), 1);
    expect(denial).toMatchObject({
      ...{ action: 'deny', organization_id: first.id, user_id: first.users.assistant, success: false },
      details: { failure_reason: 'sso_required' },
    });
    const judged = await eventually(
      async () =>
        (
          (
            await compliance.get(
              `/v1/security-events?kind=access_denied&user_id=${first.users.assistant}&page_size=5`,
            )
          ).body as { data: { event_id: string; severity: string }[] }
        ).data.find(({ event_id }) => event_id === denial!.event_id),
      (found) => found !== undefined,
    );
    expect(judged).toMatchObject({ severity: 'medium' });
    const back = await demand(signedIn('org_admin', OWN), null).expect(200);
    const [freed] = (await eventsOf(compliance, requestId(back), 1)) as [AuditLogEntry];
    expect(freed.details.changes).toMatchObject({ sso_issuer: { old: LAB_ISSUER } });
  });

  it('binds neither a superadmin, nor one who is its administrator besides, nor its API keys', async () => {
    const body = { label: 'Laboratory', scopes: ['clinic:read'] };
    const key = (await signedIn('org_admin').post('/v1/api-keys', body).expect(201)).body.data as {
      key: string;
    };
    await demand(signedIn('org_admin', OWN), DEMAND).expect(200);
    expect(await codeOf(caller(platform, key.key).get(path))).toBe(200);
    expect(await codeOf(caller(platform, platform.superadminToken).get('/v1/organizations'))).toBe(200);
    const main = await platform.superuser('main');
    const mark = (role: string | null) =>
      main.query('update users set platform_role = $2 where id = $1', [first.users.org_admin, role]);
    await mark('superadmin');
    expect(await codeOf(signedIn('org_admin').get(path))).toBe(200);
    await mark(null);
    await main.close();
    expect(await codeOf(signedIn('org_admin').get(path))).toBe('403 sso_required');
  });

  it('ends an impersonation that was begun without it, and no other', async () => {
    const begin = async (who: Caller) => {
      const url = `/v1/patients/${first.patients[0]}/impersonate`;
      const answer = await who.post(url, { reason: 'The patient cannot find the form' }).expect(201);
      return caller(platform, (answer.body.data as ImpersonationToken).token);
    };
    const without = await begin(signedIn('org_admin'));
    expect(await codeOf(without.get(path))).toBe(200);
    await demand(signedIn('org_admin', OWN), DEMAND).expect(200);
    expect(await codeOf(without.get(path))).toBe('401 token_delegated');
    platform.clock.advance(1 * MINUTES);
    const by = await begin(signedIn('org_admin', OWN));
    expect(await codeOf(by.get(path))).toBe(200);
  });

  it('may have an issuer of its own, which needs no connection', async () => {
    await lab.start();
    const issuers = [{ issuer: lab.issuer, audience: OIDC_AUDIENCE }];
    const api = await platform.startSecond({ OIDC_ISSUERS: JSON.stringify(issuers) });
    const main = await platform.superuser('main');
    await main.query('insert into user_identities (issuer, subject, user_id) values ($1, $2, $3)', [
      ...[lab.issuer, 'tudor', first.users.org_admin],
    ]);
    await main.close();
    const org_id = first.identityOrganization;
    const iat = Math.floor(platform.clock.now().getTime() / 1000) - 2;
    const claims = { sub: 'tudor', org_id, amr: ['pwd', 'otp'], iat, exp: iat + 60 };
    const tudor = new Caller(api, await lab.mint(claims));
    await tudor.patch(settings(), { sso: { issuer: lab.issuer } }).expect(200);
    expect(await codeOf(tudor.get(path))).toBe(200);
    expect(await codeOf(signedIn('org_admin', OWN).get(path))).toBe('403 sso_required');
    await tudor.patch(settings(), { sso: null }).expect(200);
  });
});
