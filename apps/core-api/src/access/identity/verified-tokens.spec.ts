import type { Principal } from '@restartix/tenancy';
import { VerifiedTokens } from './verified-tokens';

const principal = (subject: string): Principal => ({
  issuer: 'https://issuer.example',
  subject,
  sessionId: 'sess_1',
  organizationRef: null,
  roleRef: null,
  authTime: null,
  mfaTime: null,
  amr: [],
  connection: null,
  securityLevel: null,
});
const NOW = 1_800_000_000;

describe('verified tokens', () => {
  beforeEach(() => jest.useFakeTimers({ now: NOW * 1000 }));
  afterEach(() => jest.useRealTimers());

  it('are recalled by the whole token and by nothing else', () => {
    const tokens = new VerifiedTokens();
    tokens.remember('head.claims.signature', principal('one'), NOW + 60);
    expect(tokens.recall('head.claims.signature')).toEqual(principal('one'));
    expect(tokens.recall('head.claims.signatura')).toBeUndefined();
    expect(tokens.recall('head.claims.')).toBeUndefined();
  });

  it('are forgotten the moment they expire', () => {
    const tokens = new VerifiedTokens();
    tokens.remember('token', principal('one'), NOW + 60);
    jest.setSystemTime((NOW + 60) * 1000 - 1);
    expect(tokens.recall('token')).toBeDefined();
    jest.setSystemTime((NOW + 60) * 1000);
    expect(tokens.recall('token')).toBeUndefined();
  });

  it('are not believed longer than five minutes, however long they live', () => {
    const tokens = new VerifiedTokens();
    tokens.remember('token', principal('one'), NOW + 3600);
    jest.setSystemTime((NOW + 300) * 1000);
    expect(tokens.recall('token')).toBeUndefined();
  });

  it.each([NOW, NOW - 1, Number.NaN])('are not remembered when they expire at %p', (expiresAt) => {
    const tokens = new VerifiedTokens();
    tokens.remember('token', principal('one'), expiresAt);
    expect(tokens.recall('token')).toBeUndefined();
  });

  it('never outgrow their room: the oldest goes', () => {
    const tokens = new VerifiedTokens(2);
    for (const name of ['one', 'two', 'three']) tokens.remember(name, principal(name), NOW + 60);
    expect(['one', 'two', 'three'].map((name) => tokens.recall(name)?.subject)).toEqual([
      undefined,
      'two',
      'three',
    ]);
  });
});
