import type { ErrorCode, MemberRole } from '@restartix/contracts';

/** What of a key, and of its creator now, decides whether it may be used. */
export interface ApiKeyStanding {
  expires_at: Date;
  revoked_at: Date | null;
  /** What the creator is in the key's organization now. */
  role: MemberRole | null;
}

/** The role that may make keys. Whoever has lost it has lost the rights of the keys they made. */
const MAKER: MemberRole = 'org_admin';

/** Why a key may not be used, or null. A term that is reached is over. */
export function refusalOf({ expires_at, revoked_at, role }: ApiKeyStanding, now: Date): ErrorCode | null {
  if (revoked_at) return 'api_key_revoked';
  if (expires_at <= now) return 'api_key_expired';
  return role === MAKER ? null : 'api_key_rights_lost';
}
