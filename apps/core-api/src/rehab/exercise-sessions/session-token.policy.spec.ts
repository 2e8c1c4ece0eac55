import { randomBytes } from 'node:crypto';
import { mintSessionToken, readSessionToken, type SessionClaims } from './session-token.policy';

const KEY = randomBytes(32);
const CLAIMS: SessionClaims = {
  userId: '019a0000-0000-7000-8000-000000000001',
  organizationId: 1,
  sessionId: '019a0000-0000-7000-8000-000000000002',
  consentLevel: 3,
  policyVersion: '2026-01',
  issuedAt: 1_800_000_000,
  expiresAt: 1_800_001_800,
};

it('comes back as it was made, and begins with its version', () => {
  const token = mintSessionToken(KEY, CLAIMS);
  expect(token.startsWith('v1.')).toBe(true);
  expect(readSessionToken(KEY, token)).toEqual(CLAIMS);
});

it('is nothing under another key, with any part changed, or in another form', () => {
  const token = mintSessionToken(KEY, CLAIMS);
  const [prefix, payload, signature] = token.split('.') as [string, string, string];
  const raised = Buffer.from(payload, 'base64url').toString().replace('"org":1', '"org":2');
  const other = mintSessionToken(randomBytes(32), CLAIMS).split('.')[2] as string;
  for (const forged of [
    mintSessionToken(randomBytes(32), CLAIMS),
    `${prefix}.${Buffer.from(raised).toString('base64url')}.${signature}`,
    `${prefix}.${payload}.${other}`,
    `${prefix}.${payload}.${signature.slice(1)}`,
    `v2.${payload}.${signature}`,
    `${token}.x`,
    `${prefix}.${payload}.`,
    '',
  ]) {
    expect(readSessionToken(KEY, forged)).toBeNull();
  }
});
