import { verifyToken } from '@clerk/backend';
import { ClerkLab } from './clerk-lab';

const ISSUER = 'https://clerk.lab.example';
const ORIGIN = 'https://app.lab.example';

describe('the Clerk emulator', () => {
  const clerk = new ClerkLab();
  const mint = (more: Partial<Parameters<ClerkLab['mintSessionToken']>[0]> = {}) =>
    clerk.mintSessionToken({
      subject: 'user_ana',
      organization: { id: 'org_north', slug: 'north', role: 'specialist' },
      issuer: ISSUER,
      authorizedParty: ORIGIN,
      expiresInSeconds: 60,
      ...more,
    });
  const verify = (token: string, jwtKey = clerk.publicKey) =>
    verifyToken(token, { jwtKey, authorizedParties: [ORIGIN] });

  it('mints tokens that @clerk/backend accepts offline', async () => {
    await expect(verify(mint({ sessionId: 'sess_1' }))).resolves.toMatchObject({
      iss: ISSUER,
      azp: ORIGIN,
      sub: 'user_ana',
      sid: 'sess_1',
      sts: 'active',
      v: 2,
      fva: [0, -1],
      o: { id: 'org_north', slg: 'north', rol: 'specialist' },
    });
  });

  it('names the organization that was asked for, or none', async () => {
    const south = { id: 'org_south', slug: 'south', role: 'compliance' };
    await expect(verify(mint({ organization: south }))).resolves.toMatchObject({ o: { id: 'org_south' } });
    await expect(verify(mint({ organization: undefined }))).resolves.not.toHaveProperty('o');
  });

  it('refuses a token whose claims were changed', async () => {
    const [header, payload, signature] = mint().split('.') as [string, string, string];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { o: { id: string } };
    claims.o.id = 'org_south';
    const forged = Buffer.from(JSON.stringify(claims)).toString('base64url');
    await expect(verify(`${header}.${forged}.${signature}`)).rejects.toMatchObject({
      reason: 'token-invalid-signature',
    });
  });

  it('refuses a token of another key', async () => {
    await expect(
      verify(new ClerkLab().mintSessionToken({ subject: 'user_ana', issuer: ISSUER, expiresInSeconds: 60 })),
    ).rejects.toMatchObject({ reason: 'token-invalid-signature' });
  });

  it('refuses an expired token', async () => {
    await expect(verify(mint({ expiresInSeconds: -60 }))).rejects.toMatchObject({ reason: 'token-expired' });
  });

  it('refuses a token issued to another origin', async () => {
    await expect(verify(mint({ authorizedParty: 'https://elsewhere.example' }))).rejects.toMatchObject({
      reason: 'token-invalid-authorized-parties',
    });
  });

  it('lets a test put any claim in and take any out', async () => {
    await expect(verify(mint({ overrides: { sub: undefined } }))).rejects.toMatchObject({
      reason: 'token-verification-failed',
    });
    await expect(verify(mint({ overrides: { sts: 'pending' } }))).resolves.toMatchObject({ sts: 'pending' });
  });
});
