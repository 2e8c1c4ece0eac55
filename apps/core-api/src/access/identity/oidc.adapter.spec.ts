import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { Clock } from '@restartix/context';
import { SECONDS, SpecClock } from '@restartix/testing';
import { OIDC_AUDIENCE, OidcLab, signInAtOidc } from '@restartix/vendor-lab';
import { OidcIssuerAdapter } from './oidc.adapter';

const now = () => Math.floor(Date.now() / 1000);

describe('tokens of an OpenID Connect provider', () => {
  const lab = new OidcLab();
  let provider: OidcIssuerAdapter;

  beforeAll(async () => {
    await lab.start();
    provider = new OidcIssuerAdapter({ issuer: lab.issuer, audience: OIDC_AUDIENCE }, new Clock());
  });
  afterAll(() => lab.stop());

  it('say who signed in, in which session and organization, when and how', async () => {
    const before = now();
    const token = await signInAtOidc(lab, { subject: 'ana', organization: 'org_north', amr: ['pwd', 'otp'] });
    const { principal, expiresAt } = await provider.verify(token);
    expect(principal).toMatchObject({
      issuer: lab.issuer,
      subject: 'ana',
      sessionId: expect.any(String),
      organizationRef: 'org_north',
      roleRef: null,
      amr: ['pwd', 'otp'],
      connection: null,
      securityLevel: null,
    });
    expect(principal.authTime!.getTime() / 1000).toBeGreaterThanOrEqual(before - 1);
    expect(principal.mfaTime).toEqual(principal.authTime);
    expect(expiresAt).toBeGreaterThan(now());
  });

  it('have a session per sign-in where the provider names none, and none without even that', async () => {
    const token = await lab.mint({ sub: 'ana', sid: undefined, auth_time: 1_800_000_000 });
    expect((await provider.verify(token)).principal.sessionId).toBe('ana@1800000000');
    const nothing = await lab.mint({ sub: 'ana', sid: undefined });
    await expect(provider.verify(nothing)).rejects.toMatchObject({ code: 'token_invalid' });
  });

  it('may name session and organization by claims of their own, and the level of assurance', async () => {
    const claims = {
      ...{ sessionClaim: 'https://clinic/sid', organizationClaim: 'tenant' },
      connectionClaim: 'https://clinic/connection',
    };
    const own = new OidcIssuerAdapter(
      { issuer: lab.issuer, audience: OIDC_AUDIENCE, ...claims },
      new Clock(),
    );
    const level = { 'helseid://claims/identity/security_level': '4' };
    const said = {
      'https://clinic/sid': 's1',
      tenant: 'north',
      'https://clinic/connection': 'okta',
      ...level,
    };
    expect((await own.verify(await lab.mint({ sub: 'ana', ...said }))).principal).toMatchObject({
      sessionId: 's1',
      organizationRef: 'north',
      connection: 'okta',
      securityLevel: 4,
      mfaTime: null,
    });
  });

  const otherKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  it.each([
    ['expired', () => lab.mint({ sub: 'a', iat: now() - 99, exp: now() - 60 }), 'token_expired'],
    ['not valid yet', () => lab.mint({ sub: 'a', nbf: now() + 60 }), 'token_not_active'],
    ['of another key', () => lab.mint({ sub: 'a' }, otherKey), 'token_signature_invalid'],
    ['for another API', () => lab.mint({ sub: 'a', aud: 'https://other.example' }), 'token_audience_refused'],
    ['of another issuer', () => lab.mint({ sub: 'a', iss: 'https://other.example' }), 'token_issuer_unknown'],
    ['on behalf of another', () => lab.mint({ sub: 'a', act: { sub: 'b' } }), 'token_delegated'],
    ['without a subject', () => lab.mint({ jti: randomUUID() }), 'token_invalid'],
  ])('are refused when they are %s', async (_, mint, code) => {
    await expect(provider.verify(await mint())).rejects.toMatchObject({ code });
  });

  it('are verified by keys known before while the provider is away, and by nothing when none are known', async () => {
    const token = await lab.mint({ sub: 'ana' });
    await provider.verify(token);
    await lab.stop();
    const clock = new SpecClock(new Date());
    const newcomer = new OidcIssuerAdapter({ issuer: lab.issuer, audience: OIDC_AUDIENCE }, clock);
    await expect(newcomer.verify(token)).rejects.toMatchObject({ code: 'identity_unavailable' });
    await expect(provider.verify(token)).resolves.toMatchObject({ principal: { subject: 'ana' } });
    await lab.start();
    clock.advance(3 * SECONDS);
    await expect(newcomer.verify(token)).resolves.toMatchObject({ principal: { subject: 'ana' } });
  });

  it('are not verified by the keys of a provider that describes another issuer', async () => {
    const { port } = new URL(lab.issuer);
    const other = `http://localhost:${port}`;
    const claimed = new OidcIssuerAdapter({ issuer: other, audience: OIDC_AUDIENCE }, new Clock());
    const token = await lab.mint({ sub: 'ana', iss: other });
    await expect(claimed.verify(token)).rejects.toMatchObject({ code: 'identity_unavailable' });
  });
});
