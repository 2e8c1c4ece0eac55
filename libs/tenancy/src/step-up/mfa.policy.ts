import type { ErrorCode, Role } from '@restartix/contracts';

/** What is known of how somebody proved who they are, in the words of RFC 8176. */
export interface ProvenFactors {
  /** When a second factor was proved; null when none was. */
  at: Date | null;
  factors: readonly string[];
}

/** Every role has its rule: one without does not compile (requirement D222). */
const RULES: Readonly<Record<Role, 'none' | 'any' | 'hardware_key'>> = {
  patient: 'none',
  specialist: 'any',
  assistant: 'any',
  org_admin: 'any',
  compliance: 'hardware_key',
  superadmin: 'any',
  system: 'none',
  anonymous: 'none',
};
/** `mfa` is the identity provider's word that a second factor was shown, whichever; a text message is none of ours. */
const SECOND: readonly string[] = ['otp', 'hwk', 'mfa'];
const HARDWARE: readonly string[] = ['hwk', 'user'];

/**
 * Why the factors do not suffice for a role (requirements D130–D133), or null: patients need none, staff a one-time
 * code or a hardware key, compliance a hardware key that verified its user.
 */
export function mfaRefusal(role: Role, { at, factors }: ProvenFactors): ErrorCode | null {
  if (RULES[role] === 'none') return null;
  if (at === null || !SECOND.some((word) => factors.includes(word))) return 'mfa_required';
  const hasKey = HARDWARE.every((word) => factors.includes(word));
  return RULES[role] === 'hardware_key' && !hasKey ? 'mfa_hardware_key_required' : null;
}
