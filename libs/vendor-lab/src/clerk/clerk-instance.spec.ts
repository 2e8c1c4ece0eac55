import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyToken } from '@clerk/backend';
import { verifyWebhook } from '@clerk/backend/webhooks';
import { ClerkInstance } from './clerk-instance';

const ISSUER = 'https://clerk.lab.example';
const ORIGIN = 'https://app.lab.example';
const SECRET_KEY = 'sk_test_lab';
const WEBHOOK_SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

interface Said {
  response?: { id: string; status: string; created_session_id: string | null };
  jwt?: string;
  errors?: { code: string; meta: { param_name?: string } }[];
}

describe('the emulated instance of Clerk', () => {
  let now = Date.now();
  const clerk = new ClerkInstance({
    ...{ issuer: ISSUER, secretKey: SECRET_KEY, webhookSecret: WEBHOOK_SECRET, origin: ORIGIN },
    now: () => now,
  });
  const received: { headers: Record<string, string>; body: string }[] = [];
  let listener: Server;

  beforeAll(async () => {
    await clerk.start();
    clerk.addUser({ id: 'user_ana', email: 'ana@example.org', password: 'correct horse battery' });
    clerk.addUser({
      ...{ id: 'user_dan', email: 'dan@example.org' },
      organization: { id: 'org_north', slug: 'north', role: 'org:admin' },
    });
    listener = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const svix = Object.entries(request.headers).filter(([name]) => name.startsWith('svix-'));
        received.push({ headers: Object.fromEntries(svix) as Record<string, string>, body });
        response.end();
      });
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    clerk.webhookUrl = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/hook`;
  });

  afterAll(async () => {
    await clerk.stop();
    listener.closeAllConnections();
    listener.close();
  });

  async function ask(
    path: string,
    o: {
      form?: Record<string, string>;
      client?: string;
      method?: string;
      headers?: Record<string, string>;
    } = {},
  ) {
    const headers = { ...(o.client ? { authorization: o.client } : {}), ...o.headers };
    const method = o.method ?? 'POST';
    const body = method === 'POST' ? new URLSearchParams(o.form) : undefined;
    const answer = await fetch(`${clerk.url}/${path}`, { method, headers, body });
    const said = (await answer.json()) as Said;
    return { status: answer.status, client: answer.headers.get('authorization') ?? '', said };
  }
  const begin = (form: Record<string, string>) => ask('v1/client/sign_ins', { form });
  const refusal = ({ status, said }: { status: number; said: Said }) => `${status} ${said.errors?.[0]?.code}`;
  const lastMail = () => clerk.mails.at(-1)!;
  const tokenOf = (session: string | null, client: string) =>
    ask(`v1/client/sessions/${session}/tokens`, { client });

  /** The client and session of somebody who signed in with a password. */
  async function signedIn() {
    const { client, said } = await begin({
      identifier: 'ana@example.org',
      password: 'correct horse battery',
    });
    return { client, session: said.response!.created_session_id };
  }

  it('signs in by password, for a token of a minute that the real library takes with the published key', async () => {
    const { client, session } = await signedIn();
    const { said } = await tokenOf(session, client);
    const claims = await verifyToken(said.jwt!, { secretKey: SECRET_KEY, apiUrl: clerk.url });
    expect(claims).toMatchObject({ sub: 'user_ana', sid: session, iss: ISSUER, azp: ORIGIN, sts: 'active' });
    expect(claims.exp - claims.iat).toBe(60);
  });

  it('signs in by a code that was sent, into the organization of the user', async () => {
    const { client, said } = await begin({ identifier: 'dan@example.org' });
    expect(said.response).toMatchObject({ status: 'needs_first_factor', created_session_id: null });
    const path = `v1/client/sign_ins/${said.response!.id}`;
    await ask(`${path}/prepare_first_factor`, { client, form: { strategy: 'email_code' } });
    expect(lastMail()).toMatchObject({ to: 'dan@example.org', kind: 'email_code' });
    const code = { strategy: 'email_code', code: lastMail().secret };
    const done = await ask(`${path}/attempt_first_factor`, { client, form: code });
    expect(done.said.response!.status).toBe('complete');
    const { jwt } = (await tokenOf(done.said.response!.created_session_id, client)).said;
    expect(JSON.parse(Buffer.from(jwt!.split('.')[1]!, 'base64url').toString())).toMatchObject({
      o: { id: 'org_north' },
    });
  });

  it('signs in by a link, on the client that asked for it, wherever it is followed', async () => {
    const { client, said } = await begin({ identifier: 'ana@example.org' });
    const path = `v1/client/sign_ins/${said.response!.id}`;
    await ask(`${path}/prepare_first_factor`, { client, form: { strategy: 'email_link' } });
    await ask(`v1/verify/${lastMail().secret}`, { method: 'GET' });
    const seen = await ask(path, { client, method: 'GET' });
    expect(seen.said.response!.status).toBe('complete');
    expect((await tokenOf(seen.said.response!.created_session_id, client)).status).toBe(200);
    expect(refusal(await ask(`v1/verify/${lastMail().secret}`, { method: 'GET' }))).toBe(
      '400 verification_already_verified',
    );
  });

  it('tells of sessions by webhooks that its secret proves', async () => {
    const { client, session } = await signedIn();
    await ask(`v1/client/sessions/${session}/remove`, { client });
    const other = await signedIn();
    const backend = { authorization: `Bearer ${SECRET_KEY}` };
    await ask(`v1/sessions/${other.session}/revoke`, { headers: backend });
    await clerk.stop(); // waits for what it tells
    await clerk.start();
    const told = await Promise.all(
      received.map(async ({ headers, body }) => {
        const message = new Request('http://webhook.invalid', { method: 'POST', headers, body });
        const { type, data } = await verifyWebhook(message, { signingSecret: WEBHOOK_SECRET });
        return `${type} ${data.id}`;
      }),
    );
    expect(told).toEqual(
      expect.arrayContaining([
        ...[`session.created ${session}`, `session.ended ${session}`],
        ...[`session.created ${other.session}`, `session.revoked ${other.session}`],
      ]),
    );
    expect(refusal(await tokenOf(session, client))).toBe('401 resource_forbidden');
    expect(refusal(await tokenOf(other.session, other.client))).toBe('401 resource_forbidden');
  });

  describe('refuses', () => {
    it.each([
      ['an address nobody has', { identifier: 'eve@example.org' }, '422 form_identifier_not_found'],
      ['nobody', {}, '422 form_param_missing'],
      ['a wrong password', { identifier: 'ana@example.org', password: 'x' }, '422 form_password_incorrect'],
      [
        'a password of who has none',
        { identifier: 'dan@example.org', password: 'x' },
        '400 strategy_for_user_invalid',
      ],
      [
        'a strategy it does not know',
        { identifier: 'ana@example.org', strategy: 'saml' },
        '400 strategy_for_user_invalid',
      ],
    ])('%s', async (_, form, expected) => {
      expect(refusal(await begin(form as Record<string, string>))).toBe(expected);
    });

    it('a wrong code, the third time for good, and one that is too old', async () => {
      const { client, said } = await begin({ identifier: 'dan@example.org' });
      const path = `v1/client/sign_ins/${said.response!.id}`;
      const prepare = () => ask(`${path}/prepare_first_factor`, { client, form: { strategy: 'email_code' } });
      const attempt = (code: string) =>
        ask(`${path}/attempt_first_factor`, { client, form: { strategy: 'email_code', code } });
      expect(refusal(await attempt('000000'))).toBe('400 verification_missing');
      await prepare();
      for (let count = 0; count < 3; count += 1)
        expect(refusal(await attempt('wrong!'))).toBe('422 form_code_incorrect');
      expect(refusal(await attempt(lastMail().secret))).toBe('400 verification_failed');
      await prepare();
      now += 600_001;
      expect(refusal(await attempt(lastMail().secret))).toBe('400 verification_expired');
    });

    it('the sign-in and the session of another client, and a client it has not seen', async () => {
      const { session } = await signedIn();
      const stranger = await begin({ identifier: 'ana@example.org' });
      expect(refusal(await tokenOf(session, stranger.client))).toBe('404 resource_not_found');
      expect(refusal(await tokenOf(session, 'invented'))).toBe('401 authentication_invalid');
      const mine = await begin({ identifier: 'ana@example.org' });
      const path = `v1/client/sign_ins/${mine.said.response!.id}`;
      expect(refusal(await ask(path, { client: stranger.client, method: 'GET' }))).toBe(
        '404 resource_not_found',
      );
    });

    it('who has no secret key, a page from elsewhere, and a body that is no form', async () => {
      const wrong = { authorization: 'Bearer sk_test_other' };
      expect(refusal(await ask('v1/jwks', { method: 'GET', headers: wrong }))).toBe('401 clerk_key_invalid');
      expect(refusal(await ask('v1/sessions/sess_x/revoke', { headers: wrong }))).toBe(
        '401 clerk_key_invalid',
      );
      const elsewhere = { origin: 'https://evil.example' };
      expect(refusal(await ask('v1/client/sign_ins', { headers: elsewhere }))).toBe('400 origin_invalid');
      const json = await fetch(`${clerk.url}/v1/client/sign_ins`, {
        ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' },
      });
      expect(json.status).toBe(415);
      expect((await ask('v1/nothing', { method: 'GET' })).status).toBe(404);
    });
  });
});
