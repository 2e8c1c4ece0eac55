import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Secret } from '@restartix/config';
import { ClerkInstance } from '@restartix/vendor-lab';
import { ClerkMembershipsAdapter } from './clerk-memberships.adapter';
import { MembershipFailure } from './memberships.port';

const SECRET_KEY = 'sk_test_lab';
const ANA = { organization: 'org_north', subject: 'user_ana' };

describe('telling Clerk of a membership', () => {
  const clerk = new ClerkInstance({
    ...{ issuer: 'https://clerk.lab.example', origin: 'https://app.lab.example' },
    ...{ secretKey: SECRET_KEY, webhookSecret: 'whsec_bGFi' },
  });

  beforeAll(async () => {
    await clerk.start();
    clerk.addOrganization({ id: 'org_north', slug: 'north' });
    for (const id of ['user_ana', 'user_dan', 'user_eva']) clerk.addUser({ id, email: `${id}@example.org` });
  });
  afterAll(() => clerk.stop());

  const adapter = (key = SECRET_KEY, CLERK_API_URL = clerk.url) =>
    new ClerkMembershipsAdapter({ CLERK_SECRET_KEY: new Secret(key), CLERK_API_URL });
  const failureOf = async (telling: Promise<unknown>) => {
    const error = await telling.then(
      () => undefined,
      (failure: unknown) => failure,
    );
    expect(error).toBeInstanceOf(MembershipFailure);
    return error as MembershipFailure;
  };

  it('makes a member, and is content with who is one already', async () => {
    expect(await adapter().add(ANA)).toBe('added');
    expect(await adapter().add(ANA)).toBe('known');
    expect(clerk.members).toMatchObject([{ userId: 'user_ana', role: 'org:member' }]);
  });

  it('tries again while Clerk is busy or broken', async () => {
    clerk.refuse(
      { status: 500, code: 'internal' },
      { status: 429, code: 'too_many_requests', retryAfter: 1 },
    );
    const startedAt = Date.now();
    expect(await adapter().add({ ...ANA, subject: 'user_dan' })).toBe('added');
    expect(Date.now() - startedAt).toBeGreaterThan(1_000);
  });

  it('gives up after three tries, or at once when it is to wait longer', async () => {
    clerk.refuse(...Array.from({ length: 3 }, () => ({ status: 503, code: 'down' })));
    const eva = { ...ANA, subject: 'user_eva' };
    expect(await failureOf(adapter().add(eva))).toMatchObject({ reason: '503 down', isAway: true });
    clerk.refuse({ status: 429, code: 'too_many_requests', retryAfter: 30 });
    expect(await failureOf(adapter().add(eva))).toMatchObject({ isAway: true, pauseSeconds: 30 });
    expect(await adapter().add(eva)).toBe('added'); // neither was left over
  });

  it('does not try again what Clerk refuses, and says only its code', async () => {
    expect(await failureOf(adapter('sk_test_other').add(ANA))).toMatchObject({
      ...{ reason: '401 clerk_key_invalid', isAway: false },
    });
    const nowhere = await failureOf(adapter().add({ ...ANA, organization: 'org_south' }));
    expect(nowhere).toMatchObject({ reason: '404 resource_not_found', isAway: false });
  });

  it('calls one who does not answer, or answers otherwise than Clerk, by no words of theirs', async () => {
    expect(await failureOf(adapter(SECRET_KEY, 'http://127.0.0.1:9').add(ANA))).toMatchObject({
      ...{ reason: 'no_answer', isAway: true },
    });
    const server: Server = createServer((_, response) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ errors: [{ code: 'Ana <ana@example.org>' }] }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect((await failureOf(adapter(SECRET_KEY, address).add(ANA))).reason).toBe('400 unknown');
    server.closeAllConnections();
    server.close();
  });
});
