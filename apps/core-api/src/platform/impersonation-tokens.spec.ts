import { ImpersonationTokens } from './impersonation-tokens';

const ID = '01900000-0000-7000-8000-000000000001';

describe('the token of an impersonation', () => {
  const tokens = new ImpersonationTokens(Buffer.alloc(32, 1));

  it('says which impersonation it is of, and nothing else', () => {
    const token = tokens.sign(ID);
    expect(tokens.isOne(token)).toBe(true);
    expect(token.split('.')).toHaveLength(3);
    expect(tokens.read(token)).toMatchObject({
      ...{ subject: ID, organizationRef: null, delegation: { impersonationId: ID } },
      ...{ authTime: null, mfaTime: null, amr: [] },
    });
  });

  it('is refused when it was changed, or made with another key', () => {
    const [prefix, payload, mac] = tokens.sign(ID).split('.') as [string, string, string];
    const other = Buffer.from(ID.replace(/1$/, '2')).toString('base64url');
    const theirs = new ImpersonationTokens(Buffer.alloc(32, 2)).sign(ID);
    for (const token of [
      `${prefix}.${other}.${mac}`,
      `${prefix}.${payload}.${mac.slice(1)}`,
      theirs,
      'imp1.x.y',
    ])
      expect(() => tokens.read(token)).toThrow(expect.objectContaining({ code: 'token_signature_invalid' }));
  });

  it('is not taken for a token of a provider', () => {
    expect(tokens.isOne('eyJhbGciOiJSUzI1NiJ9.e30.c2ln')).toBe(false);
  });
});
