import { hash } from 'node:crypto';
import type { Principal } from '@restartix/tenancy';

/** Keys that sign tokens are changed rarely, but they are: nothing is believed longer than this on an old look. */
const LONGEST_MS = 5 * 60_000;

/**
 * What verified tokens say, so that a signature is checked once and not with every request. Only the signature and
 * the claims are remembered: who the subject is here, and of what they are a member, is asked every time. Tokens are
 * kept as their SHA-256, each at most until it expires, and the oldest make room for new ones.
 */
export class VerifiedTokens {
  private readonly entries = new Map<string, { principal: Principal; until: number }>();

  constructor(private readonly capacity = 10_000) {}

  /** What a token says that was verified before and has not expired. */
  recall(token: string): Principal | undefined {
    const key = keyOf(token);
    const entry = this.entries.get(key);
    if (entry && Date.now() < entry.until) return entry.principal;
    if (entry) this.entries.delete(key);
    return undefined;
  }

  /** Remembers a token whose every claim was accepted; `expiresAt` in seconds since 1970. */
  remember(token: string, principal: Principal, expiresAt: number): void {
    const until = Math.min(expiresAt * 1000, Date.now() + LONGEST_MS);
    if (!(until > Date.now())) return;
    if (this.entries.size >= this.capacity) this.forgetOldest();
    this.entries.set(keyOf(token), { principal, until });
  }

  private forgetOldest(): void {
    for (const key of this.entries.keys()) {
      this.entries.delete(key);
      return;
    }
  }
}

const keyOf = (token: string): string => hash('sha256', token, 'base64');
