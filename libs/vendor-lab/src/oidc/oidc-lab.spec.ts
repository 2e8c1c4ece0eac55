import { createRemoteJWKSet, jwtVerify } from 'jose';
import { signInAtOidc } from './oidc-client';
import { OIDC_AUDIENCE, OidcLab } from './oidc-lab';

describe('the OpenID Connect provider of the lab', () => {
  const lab = new OidcLab();
  beforeAll(() => lab.start());
  afterAll(() => lab.stop());

  it('signs a user in by the code flow, and says how and when', async () => {
    const user = { subject: 'ana', organization: 'org_north', amr: ['pwd', 'otp'] };
    const token = await signInAtOidc(lab, user);
    const discovery = await fetch(`${lab.issuer}/.well-known/openid-configuration`);
    const { jwks_uri, issuer } = (await discovery.json()) as { jwks_uri: string; issuer: string };
    const keys = createRemoteJWKSet(new URL(jwks_uri));
    const { payload } = await jwtVerify(token, keys, { issuer, audience: OIDC_AUDIENCE });
    expect(payload).toMatchObject({
      sub: 'ana',
      org_id: 'org_north',
      amr: ['pwd', 'otp'],
      auth_time: expect.any(Number),
      sid: expect.any(String),
    });
  });

  it.each([
    ['a client with another secret', { secret: 'wrong' }, 'invalid_client'],
    ['a client nobody registered', { id: 'stranger' }, 'invalid_client'],
    ['another address to come back to', { callback: 'http://127.0.0.1/elsewhere' }, 'invalid_redirect_uri'],
  ])('refuses %s', async (_, other, error) => {
    const signingIn = signInAtOidc(lab, { subject: 'ana' }, { ...lab.client, ...other });
    await expect(signingIn).rejects.toThrow(error);
  });
});
