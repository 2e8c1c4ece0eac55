import { MEMBER_ROLES } from '@restartix/contracts';
import { refusalOf } from './api-key.policy';

const NOW = new Date('2026-03-01T12:00:00Z');
const standing = (changes: object = {}) => ({
  expires_at: new Date(NOW.getTime() + 1),
  revoked_at: null,
  role: 'org_admin' as const,
  ...changes,
});

describe('whether a key may be used', () => {
  it('is so to the last millisecond of its term', () => {
    expect(refusalOf(standing(), NOW)).toBeNull();
    expect(refusalOf(standing({ expires_at: NOW }), NOW)).toBe('api_key_expired');
  });

  it('is over when it was revoked, whatever else is said of it', () => {
    expect(refusalOf(standing({ revoked_at: NOW, expires_at: NOW, role: null }), NOW)).toBe(
      'api_key_revoked',
    );
  });

  it.each([null, ...MEMBER_ROLES.filter((role) => role !== 'org_admin')])(
    'is not so when its maker is %s now',
    (role) => {
      expect(refusalOf(standing({ role }), NOW)).toBe('api_key_rights_lost');
    },
  );
});
