import { currentContext, requireContext } from '@restartix/context';
import type { ErrorCode, MemberRole, Permission } from '@restartix/contracts';

/** A key of an organization's own system. It acts for its creator, within its scopes and never beyond their rights. */
export interface ResolvedApiKey {
  id: string;
  scopes: readonly Permission[];
  organizationId: number;
  /** The organization as the identity provider names it: what its users' requests are counted under. */
  organizationRef: string | null;
  /** The creator, and what they are in the organization now; null when they are no member any more. */
  userId: string;
  emailEnvelope: string | null;
  role: MemberRole | null;
  /** Why it may not be used. */
  refusal: ErrorCode | null;
}

/** Finds presented keys; knows of their use. */
export abstract class ApiKeyResolver {
  /** Null for what is no key of ours. */
  abstract resolve(presented: string): Promise<ResolvedApiKey | null>;

  /** One address has presented too many keys that are none, or may not be used. */
  abstract tooManyRefused(): void;
}

const API_KEY = Symbol('key the request came with');

/** The key the request in hand came with; null when it came with a token or with nothing. */
export function currentApiKey(): ResolvedApiKey | null {
  return (currentContext()?.slots.get(API_KEY) as ResolvedApiKey | undefined) ?? null;
}

/** Keeps the key for the guards that follow. */
export function holdApiKey(key: ResolvedApiKey): void {
  requireContext().slots.set(API_KEY, key);
}
