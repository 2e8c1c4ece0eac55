import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPublicKey } from 'node:crypto';
import { Secret } from '@restartix/config';
import { Clock } from '@restartix/context';
import { ClerkLab } from '@restartix/vendor-lab';
import type { CoreConfig } from '../../core.config';
import { ClerkIssuer } from './clerk.adapter';

const ISSUER = 'https://clerk.lab.example';

describe('a verifier without the key of the tokens', () => {
  const clerk = new ClerkLab();
  const token = () => clerk.mintSessionToken({ subject: 'user_ana', issuer: ISSUER, expiresInSeconds: 60 });
  const verifierAt = (apiUrl: string) =>
    new ClerkIssuer(
      {
        CLERK_ISSUER: ISSUER,
        CLERK_SECRET_KEY: new Secret('sk_test_lab'),
        CLERK_AUTHORIZED_PARTIES: [] as string[],
        CLERK_API_URL: apiUrl,
      } as unknown as CoreConfig,
      new Clock(),
    );

  /** The one route of the vendor's API that is needed here: the keys, for the holder of the secret. */
  async function keyServer(): Promise<{ server: Server; url: string }> {
    const { kid } = JSON.parse(Buffer.from(token().split('.')[0]!, 'base64url').toString()) as {
      kid: string;
    };
    const jwk = {
      ...createPublicKey(clerk.publicKey).export({ format: 'jwk' }),
      kid,
      use: 'sig',
      alg: 'RS256',
    };
    const server = createServer((request, response) => {
      const mayRead = request.url === '/v1/jwks' && request.headers.authorization === 'Bearer sk_test_lab';
      response.writeHead(mayRead ? 200 : 401, { 'content-type': 'application/json' });
      response.end(JSON.stringify(mayRead ? { keys: [jwk] } : { errors: [{ code: 'unauthorized' }] }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }

  it('says that the provider cannot be reached while it has none, and lets nobody in', async () => {
    const { server, url } = await keyServer();
    await new Promise((resolve) => server.close(resolve));
    const unknown = new ClerkLab().mintSessionToken({
      subject: 'user_x',
      issuer: ISSUER,
      expiresInSeconds: 60,
    });
    await expect(verifierAt(url).verify(unknown)).rejects.toMatchObject({ code: 'identity_unavailable' });
  }, 60_000);

  it('fetches it from the identity provider', async () => {
    const { server, url } = await keyServer();
    try {
      await expect(verifierAt(url).verify(token())).resolves.toMatchObject({
        principal: { subject: 'user_ana' },
      });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
