/**
 * Remembers nonces for as long as a message that carries them could still be accepted. Bounded: when it is full a
 * new nonce is refused rather than an old one forgotten, because forgetting would open the door to a replay.
 */
export class NonceCache {
  /** Nonce → second after which it may be forgotten; insertion order is roughly order of expiry. */
  private readonly seen = new Map<string, number>();

  constructor(private readonly limit = 200_000) {}

  /** Takes a nonce in. `now` and `until` are Unix seconds. */
  remember(nonce: string, now: number, until: number): 'new' | 'seen' | 'full' {
    this.forgetBefore(now);
    if (this.seen.has(nonce)) return 'seen';
    if (this.seen.size >= this.limit) return 'full';
    this.seen.set(nonce, until);
    return 'new';
  }

  /** Drops the expired ones at the front; one that expires a little out of order is dropped a little later. */
  private forgetBefore(now: number): void {
    for (const [nonce, until] of this.seen) {
      if (until >= now) return;
      this.seen.delete(nonce);
    }
  }
}
