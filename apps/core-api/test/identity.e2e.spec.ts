import { createHmac } from 'node:crypto';
import type { Me, MySession, Organization } from '@restartix/contracts';
import {
  LAB_ISSUER,
  LAB_ORIGIN,
  personOf,
  SECONDS,
  startPlatform,
  type Platform,
  type TokenOptions,
} from '@restartix/testing';
import { ClerkInstance, ClerkLab, OIDC_AUDIENCE, OidcLab, signInAtOidc } from '@restartix/vendor-lab';
import { Caller, caller, eventsOf, requestId } from './api';

/** For so long at most a provider that failed once is left alone. */
const LONGEST_FIRST_PAUSE_MS = 3 * SECONDS;
/** How long an unknown key is not looked for again. */
const COOL_DOWN_MS = 10 * SECONDS;

describe('who is calling', () => {
  let platform: Platform;

  beforeAll(async () => {
    platform = await startPlatform();
  }, 120_000);

  afterAll(() => platform?.stop());

  it('is told to the caller, with name and address opened', async () => {
    const [first] = platform.organizations;
    const me = (await caller(platform, first!.tokens.specialist).get('/v1/me').expect(200)).body.data as Me;
    expect(me).toMatchObject({
      id: first!.users.specialist,
      email: first!.emails.specialist,
      role: 'specialist',
      current_organization: { id: first!.id, slug: first!.slug },
      organization_ids: [first!.id],
    });
    expect(me.specialist_id).toBeTruthy();
    const patient = (await caller(platform, first!.tokens.patient).get('/v1/me')).body.data as Me;
    expect(patient).toMatchObject({ role: 'patient', patient_id: first!.patients[0], specialist_id: null });
  });

  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as object;
  /** The parts of a good token of the first specialist. */
  const parts = () =>
    platform.token({ ...personOf(platform.organizations[0]!, 'specialist') }).split('.') as [
      string,
      string,
      string,
    ];
  const minted = (more: Partial<TokenOptions>) =>
    platform.token({ ...personOf(platform.organizations[0]!, 'specialist'), ...more });
  const told = (overrides: Record<string, unknown>) => minted({ overrides });
  const stranger = new ClerkLab();

  /** Every way in which a token can be wrong, and the code that says which. */
  const MATRIX: [string, string, () => string | undefined][] = [
    ['absent', 'unauthenticated', () => undefined],
    ['no JWT', 'token_invalid', () => 'abc'],
    ['not JSON inside', 'token_invalid', () => 'abc.def.ghi'],
    ['expired', 'token_expired', () => minted({ expiresInSeconds: -60 })],
    ['not valid yet', 'token_not_active', () => told({ nbf: 4_000_000_000 })],
    ['issued in the future', 'token_not_active', () => told({ iat: 4_000_000_000 })],
    [
      'of another key',
      'token_signature_invalid',
      () => stranger.mintSessionToken({ subject: 'user_x', issuer: LAB_ISSUER, expiresInSeconds: 60 }),
    ],
    [
      'unsigned (alg none)',
      'token_algorithm_refused',
      () => `${encode({ alg: 'none', typ: 'JWT' })}.${parts()[1]}.`,
    ],
    [
      'signed with the public key as a secret (key confusion)',
      'token_algorithm_refused',
      () => {
        const content = `${encode({ alg: 'HS256', typ: 'JWT' })}.${parts()[1]}`;
        const mac = createHmac('sha256', platform.tokenPublicKey).update(content).digest('base64url');
        return `${content}.${mac}`;
      },
    ],
    ['of a foreign issuer', 'token_issuer_unknown', () => told({ iss: 'https://elsewhere.example' })],
    ['issued to another origin', 'token_audience_refused', () => told({ azp: 'https://evil.example' })],
    ['of a pending session', 'token_session_pending', () => told({ sts: 'pending' })],
    ['on behalf of another', 'token_delegated', () => told({ act: { sub: 'user_x' } })],
    ['without a session', 'token_invalid', () => told({ sid: undefined })],
    ['oversized', 'token_too_large', () => told({ padding: 'x'.repeat(9_000) })],
    [
      'changed: another organization',
      'token_signature_invalid',
      () => {
        const [head, claims, signature] = parts();
        const o = { id: platform.organizations[1]!.identityOrganization };
        return `${head}.${encode({ ...decode(claims), o })}.${signature}`;
      },
    ],
    [
      'changed: its signature',
      'token_signature_invalid',
      () => {
        const [head, claims, signature] = parts();
        return `${head}.${claims}.${signature.slice(0, -6)}AAAAAA`;
      },
    ],
  ];

  it.each(MATRIX)('is refused with a token that is %s: %s, before any handler', async (_, code, token) => {
    const main = await platform.superuser('main');
    const sessions = () => main.query('select count(*)::int as n from sessions');
    const before = await sessions();
    for (const path of ['/v1/me', '/v1/patients', '/v1/audit-logs']) {
      const answer = await caller(platform, token()).get(path).expect(401);
      expect(answer.body).toMatchObject({ code, status: 401 });
      expect(answer.body).not.toHaveProperty('data');
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
    expect(await sessions()).toEqual(before);
    await main.close();
  });

  it('is refused with a token whose session was revoked, and only with that', async () => {
    const sessionId = 'sess_to_revoke';
    const token = minted({ sessionId });
    await caller(platform, token).get('/v1/me').expect(200);
    const { data } = (await caller(platform, token).get('/v1/me/sessions').expect(200)).body;
    const { id } = (data as MySession[]).find(({ current }) => current)!;
    await caller(platform, token).to('delete', `/v1/me/sessions/${id}`).expect(204);
    for (const path of ['/v1/me', '/v1/patients', '/v1/audit-logs'])
      expect((await caller(platform, token).get(path).expect(401)).body.code).toBe('session_revoked');
    await caller(platform, minted({})).get('/v1/me').expect(200);
  });

  it('has no tenant without an active organization, and none in an organization of others', async () => {
    const [first, second] = platform.organizations;
    const subject = first!.subjects.specialist;
    const without = caller(platform, platform.token({ subject }));
    expect((await without.get('/v1/patients').expect(403)).body.code).toBe('organization_required');
    expect(((await without.get('/v1/me').expect(200)).body.data as Me).current_organization).toBeNull();
    const elsewhere = platform.token({
      subject,
      organization: { id: second!.identityOrganization, slug: second!.slug, role: 'specialist' },
    });
    expect((await caller(platform, elsewhere).get('/v1/patients').expect(403)).body.code).toBe(
      'not_a_member',
    );
  });

  it('has the role of our own records, whatever the token claims', async () => {
    const [first] = platform.organizations;
    const claimed = platform.token({
      subject: first!.subjects.assistant,
      organization: { id: first!.identityOrganization, slug: first!.slug, role: 'compliance' },
    });
    expect(((await caller(platform, claimed).get('/v1/me')).body.data as Me).role).toBe('assistant');
    await caller(platform, claimed).get('/v1/audit-logs').expect(403);
  });

  it('sees and changes the own organization only', async () => {
    const [first, second] = platform.organizations;
    const admin = caller(platform, first!.tokens.org_admin);
    const listed = (await admin.get('/v1/organizations').expect(200)).body.data as Organization[];
    expect(listed.map(({ id }) => id)).toEqual([first!.id]);
    await admin.get(`/v1/organizations/${second!.id}`).expect(404);
    await admin.patch(`/v1/organizations/${second!.id}`, { tagline: 'x' }).expect(404);
    await caller(platform, first!.tokens.specialist)
      .patch(`/v1/organizations/${first!.id}`, { tagline: 'x' })
      .expect(403);
    const changed = await admin
      .patch(`/v1/organizations/${first!.id}`, { tagline: 'Moving again' })
      .expect(200);
    expect(changed.body.data).toMatchObject({ id: first!.id, tagline: 'Moving again' });
    const [event] = await eventsOf(caller(platform, first!.tokens.compliance), requestId(changed), 1);
    expect(event!.details.changes).toMatchObject({ tagline: { new: 'Moving again' } });
    const all = await caller(platform, platform.superadminToken).get('/v1/organizations').expect(200);
    expect((all.body.data as Organization[]).map(({ id }) => id).sort()).toEqual([first!.id, second!.id]);
  });

  it('lists the specialists of the own organization only', async () => {
    const [first, second] = platform.organizations;
    const names = async (token: string) =>
      (
        (await caller(platform, token).get('/v1/specialists').expect(200)).body.data as {
          id: string;
          name: string;
        }[]
      ).map(({ id }) => id);
    const [mine, theirs] = [await names(first!.tokens.patient), await names(second!.tokens.patient)];
    expect(mine).toHaveLength(2);
    expect(mine.filter((id) => theirs.includes(id))).toEqual([]);
  });

  describe('by another provider', () => {
    const lab = new OidcLab();
    let second: string;

    beforeAll(async () => {
      await lab.start();
      const issuers = [{ issuer: lab.issuer, audience: OIDC_AUDIENCE }];
      second = await platform.startSecond({ OIDC_ISSUERS: JSON.stringify(issuers) });
      const main = await platform.superuser('main');
      await main.query('insert into user_identities (issuer, subject, user_id) values ($1, $2, $3)', [
        lab.issuer,
        'ana',
        platform.organizations[0]!.users.specialist,
      ]);
      await main.close();
    }, 60_000);

    afterAll(() => lab.stop());

    it('is the same person, in the organization the token names, where the provider is configured', async () => {
      const [first, other] = platform.organizations;
      const signIn = (organization?: string) => signInAtOidc(lab, { subject: 'ana', organization });
      const token = await signIn(first!.identityOrganization);
      const me = (await new Caller(second, token).get('/v1/me').expect(200)).body.data as Me;
      expect(me).toMatchObject({ id: first!.users.specialist, role: 'specialist' });
      expect(me.current_organization).toMatchObject({ id: first!.id });
      const elsewhere = await lab.mint({ sub: 'ana', org_id: other!.identityOrganization });
      expect((await new Caller(second, elsewhere).get('/v1/me').expect(403)).body.code).toBe('not_a_member');
      const stranger = await lab.mint({ sub: first!.subjects.specialist });
      expect((await new Caller(second, stranger).get('/v1/me').expect(403)).body.code).toBe('not_a_member');
      expect((await caller(platform, token).get('/v1/me').expect(401)).body.code).toBe(
        'token_issuer_unknown',
      );
    });

    it('is nobody while that provider is away and its keys are not known, and is so again when it is back', async () => {
      const issuers = [{ issuer: lab.issuer, audience: OIDC_AUDIENCE }];
      const third = await platform.startSecond({ OIDC_ISSUERS: JSON.stringify(issuers) });
      const token = await lab.mint({ sub: 'ana' });
      await new Caller(second, token).get('/v1/me').expect(200);
      await lab.stop();
      expect((await new Caller(third, token).get('/v1/me').expect(503)).body.code).toBe(
        'identity_unavailable',
      );
      await new Caller(second, token).get('/v1/me').expect(200);
      await new Caller(third, platform.organizations[0]!.tokens.patient).get('/v1/me').expect(200);
      await lab.start();
      platform.clock.advance(LONGEST_FIRST_PAUSE_MS);
      await new Caller(third, token).get('/v1/me').expect(200);
    });
  });

  describe('by an instance of Clerk whose key is fetched', () => {
    const secrets = { secretKey: 'sk_test_fetched', webhookSecret: 'whsec_bGFi' };
    const keys = new ClerkLab();
    const clerk = new ClerkInstance({ issuer: LAB_ISSUER, origin: LAB_ORIGIN, ...secrets, keys });
    const identifier = 'ana@example.org';
    const password = 'correct horse battery';
    let api: string;
    /** What the instance gave to who signed in, before it went away. */
    let issued: string;

    beforeAll(async () => {
      await clerk.start();
      clerk.addUser({ ...patient(), email: identifier, password });
      api = await platform.startSecond({
        ...{ CLERK_JWT_KEY: '', CLERK_API_URL: clerk.url, CLERK_SECRET_KEY: secrets.secretKey },
      });
      const ask = (path: string, form: Record<string, string>, client = '') => {
        const body = new URLSearchParams(form);
        return fetch(`${clerk.url}/v1/client/${path}`, {
          ...{ method: 'POST', body, headers: { authorization: client } },
        });
      };
      const signIn = await ask('sign_ins', { identifier, password });
      const { response } = (await signIn.json()) as { response: { created_session_id: string } };
      const client = signIn.headers.get('authorization')!;
      const token = await ask(`sessions/${response.created_session_id}/tokens`, {}, client);
      issued = ((await token.json()) as { jwt: string }).jwt;
      await clerk.stop();
    }, 60_000);

    afterAll(() => clerk.stop());

    function patient() {
      const { subject: id, organization } = personOf(platform.organizations[0]!, 'patient');
      return { id, organization };
    }
    const mint = (by: ClerkLab, expiresInSeconds = 600) => {
      const { id: subject, organization } = patient();
      const where = { issuer: LAB_ISSUER, authorizedParty: LAB_ORIGIN };
      return by.mintSessionToken({ subject, organization, ...where, expiresInSeconds });
    };
    const codeOf = async (token: string) => {
      const { status, body } = await new Caller(api, token).get('/v1/patients');
      return `${status} ${(body as { code?: string }).code ?? ''}`;
    };

    it('is nobody while the instance is away and its key is not known: 503, whatever the token says', async () => {
      expect(await codeOf(issued)).toBe('503 identity_unavailable');
      expect(await codeOf(mint(new ClerkLab()))).toBe('503 identity_unavailable');
    }, 60_000);

    it('is known once it is back, goes on while it is away again, and no longer than a token lives', async () => {
      await clerk.start();
      platform.clock.advance(LONGEST_FIRST_PAUSE_MS);
      const lasting = mint(keys);
      expect(await codeOf(issued)).toMatch(/^(200 |401 token_expired)$/); // a minute may have passed
      expect(await codeOf(lasting)).toBe('200 ');
      await clerk.stop();
      expect(await codeOf(lasting)).toBe('200 ');
      expect(await codeOf(mint(keys))).toBe('200 ');
      expect(await codeOf(mint(keys, -60))).toBe('401 token_expired');
    });

    it('is known by a new key of the instance as soon as it can be fetched, and not before', async () => {
      const next = new ClerkLab();
      clerk.rotateKey(next);
      expect(await codeOf(mint(next))).toBe('401 token_signature_invalid');
      await new Promise((resolve) => setTimeout(resolve, COOL_DOWN_MS));
      expect(await codeOf(mint(next))).toBe('503 identity_unavailable');
      await clerk.start();
      platform.clock.advance(LONGEST_FIRST_PAUSE_MS);
      expect(await codeOf(mint(next))).toBe('200 ');
      expect(await codeOf(mint(new ClerkLab()))).toBe('401 token_signature_invalid');
    }, 60_000);
  });
});
