import { Secret } from '@restartix/config';
import { MINUTES, SECONDS, SpecClock } from '@restartix/testing';
import { ClerkInstance, ClerkLab, OIDC_AUDIENCE, OidcLab } from '@restartix/vendor-lab';
import type { CoreConfig } from '../../core.config';
import { ClerkIssuer } from './clerk.adapter';
import type { IssuerPort } from './issuer.port';
import { OidcIssuerAdapter } from './oidc.adapter';

const ISSUER = 'https://clerk.lab.example';
const SECRET_KEY = 'sk_test_lab';
const MANY = 20;

interface Provider {
  lab: OidcLab | ClerkInstance;
  issuer(clock: SpecClock): IssuerPort;
  token(): Promise<string> | string;
  /** Of a key the provider does not have, each of another name. */
  forged(): Promise<string> | string;
  /** Where its keys are. */
  path: string;
}

function oidc(): Provider {
  const lab = new OidcLab();
  const stranger = new OidcLab();
  return {
    lab,
    issuer: (clock) => new OidcIssuerAdapter({ issuer: lab.issuer, audience: OIDC_AUDIENCE }, clock),
    token: () => lab.mint({ sub: 'ana' }),
    forged: () => stranger.mint({ sub: 'ana', iss: lab.issuer }, undefined, `forged_${Math.random()}`),
    path: '/jwks',
  };
}

function clerk(): Provider {
  const keys = new ClerkLab();
  const pair = ClerkLab.generateKeyPair();
  const secrets = { secretKey: SECRET_KEY, webhookSecret: 'whsec_bGFi' };
  const lab = new ClerkInstance({ issuer: ISSUER, origin: 'https://app.lab.example', ...secrets, keys });
  const options = { subject: 'user_ana', issuer: ISSUER, expiresInSeconds: 3600 };
  const issuer = (clock: SpecClock) =>
    new ClerkIssuer(
      {
        ...{ CLERK_ISSUER: ISSUER, CLERK_SECRET_KEY: new Secret(SECRET_KEY), CLERK_API_URL: lab.url },
        CLERK_AUTHORIZED_PARTIES: [] as string[],
      } as unknown as CoreConfig,
      clock,
    );
  const token = () => keys.mintSessionToken(options);
  const forged = () => {
    const [, ...rest] = new ClerkLab(pair).mintSessionToken(options).split('.');
    const head = { alg: 'RS256', typ: 'JWT', kid: `forged_${Math.random()}` };
    return [Buffer.from(JSON.stringify(head)).toString('base64url'), ...rest].join('.');
  };
  return { lab, issuer, token, forged, path: '/v1/jwks' };
}

describe.each([
  ['OpenID Connect', oidc()],
  ['Clerk', clerk()],
])('keys of a provider: %s', (_, { lab, issuer, token, forged, path }) => {
  let clock: SpecClock;
  let verifier: IssuerPort;

  beforeAll(() => lab.start());
  afterAll(() => lab.stop());
  beforeEach(() => {
    clock = new SpecClock(new Date());
    verifier = issuer(clock);
    lab.isOut = false;
    lab.asked.length = 0;
    // jose asks the machine for the time; nothing else is to stand still.
    jest.spyOn(Date, 'now').mockImplementation(() => clock.now().getTime());
  });
  afterEach(() => jest.restoreAllMocks());

  const fetches = () => lab.asked.filter((asked) => asked === path).length;
  const codeOf = async (text: Promise<string> | string) =>
    verifier.verify(await text).then(
      () => 'verified',
      (error: { code: string }) => error.code,
    );
  const codesOf = async (text: () => Promise<string> | string) =>
    new Set(await Promise.all(Array.from({ length: MANY }, () => codeOf(text()))));

  it('are fetched once for all who wait for them, and not again while they are kept', async () => {
    expect(await codesOf(token)).toEqual(new Set(['verified']));
    expect(fetches()).toBe(1);
    clock.advance(9 * MINUTES);
    expect(await codesOf(token)).toEqual(new Set(['verified']));
    expect(fetches()).toBe(1);
    clock.advance(1 * MINUTES);
    expect(await codesOf(token)).toEqual(new Set(['verified']));
    expect(fetches()).toBe(2);
  });

  it('are looked for once in ten seconds by whatever tokens name keys nobody knows', async () => {
    expect(await codeOf(token())).toBe('verified');
    for (let count = 0; count < MANY; count += 1)
      expect(await codeOf(forged())).toBe('token_signature_invalid');
    expect(fetches()).toBe(1);
    clock.advance(10 * SECONDS);
    expect(await codesOf(forged)).toEqual(new Set(['token_signature_invalid']));
    for (let count = 0; count < MANY; count += 1)
      expect(await codeOf(forged())).toBe('token_signature_invalid');
    expect(fetches()).toBe(2);
  });

  it('that cannot be had are tried once in each pause, and everybody is told so at once', async () => {
    lab.isOut = true;
    expect(await codesOf(token)).toEqual(new Set(['identity_unavailable']));
    const once = lab.asked.length;
    expect(once).toBe(1);
    for (let count = 0; count < MANY; count += 1) expect(await codeOf(token())).toBe('identity_unavailable');
    expect(lab.asked).toHaveLength(once);
    clock.advance(3 * SECONDS);
    expect(await codesOf(token)).toEqual(new Set(['identity_unavailable']));
    expect(lab.asked).toHaveLength(once + 1);
    lab.isOut = false;
    expect(await codeOf(token())).toBe('identity_unavailable');
    expect(lab.asked).toHaveLength(once + 1);
    clock.advance(6 * SECONDS);
    expect(await codeOf(token())).toBe('verified');
  });

  it('that are known go on while the provider is out, and forged tokens hammer it no more than others', async () => {
    expect(await codeOf(token())).toBe('verified');
    const before = fetches();
    lab.isOut = true;
    clock.advance(10 * SECONDS);
    for (let count = 0; count < MANY; count += 1) expect(await codeOf(forged())).toBe('identity_unavailable');
    expect(fetches()).toBe(before + 1);
    expect(await codeOf(token())).toBe('verified');
  });
});
