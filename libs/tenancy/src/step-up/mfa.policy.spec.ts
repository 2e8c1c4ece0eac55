import { ROLES, type Role } from '@restartix/contracts';
import { mfaRefusal } from './mfa.policy';

const at = new Date();
const STAFF: Role[] = ['specialist', 'assistant', 'org_admin', 'superadmin'];

describe('the second factor a role needs', () => {
  it.each(['patient', 'anonymous', 'system'] as Role[])('is none for %s', (role) =>
    expect(mfaRefusal(role, { at: null, factors: [] })).toBeNull(),
  );

  it.each(ROLES.filter((role) => !['patient', 'anonymous', 'system'].includes(role)))(
    'was not shown by %s with a password, or with a text message, or with a synced key',
    (role) => {
      expect(mfaRefusal(role, { at: null, factors: ['pwd'] })).toBe('mfa_required');
      expect(mfaRefusal(role, { at, factors: ['pwd', 'sms'] })).toBe('mfa_required');
      expect(mfaRefusal(role, { at, factors: ['swk', 'user'] })).toBe('mfa_required');
      expect(mfaRefusal(role, { at: null, factors: ['otp'] })).toBe('mfa_required');
    },
  );

  it.each(STAFF)('is a one-time code, a hardware key, or the word of the provider for %s', (role) => {
    for (const word of ['otp', 'hwk', 'mfa']) expect(mfaRefusal(role, { at, factors: [word] })).toBeNull();
  });

  it('is a hardware key that verified its user for compliance, and nothing else', () => {
    for (const factors of [['otp'], ['mfa'], ['hwk'], ['user', 'otp'], ['user', 'mfa']])
      expect(mfaRefusal('compliance', { at, factors })).toBe('mfa_hardware_key_required');
    expect(mfaRefusal('compliance', { at, factors: ['hwk', 'user'] })).toBeNull();
  });
});
