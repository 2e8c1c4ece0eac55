import { setTimeout as pause } from 'node:timers/promises';
import { ERROR_CODES } from '@restartix/contracts';
import { DomainError } from '@restartix/errors';

export interface PatienceLimits {
  /** The first pause; each one after is twice as long, up to the longest. */
  firstPauseMs: number;
  longestPauseMs: number;
  /** After this long the error is given up to. */
  giveUpAfterMs: number;
}

const isAway = (error: unknown): boolean =>
  error instanceof DomainError && ERROR_CODES[error.code].status === 503;

/** Tries again, with growing pauses, what fails because the other side is away. Any other error ends it at once. */
export class Patience {
  private readonly stopped = new AbortController();

  constructor(
    private readonly limits: PatienceLimits,
    private readonly onAway: (error: unknown) => void,
  ) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    const { firstPauseMs, longestPauseMs, giveUpAfterMs } = this.limits;
    const end = Date.now() + giveUpAfterMs;
    for (let wait = firstPauseMs; ; wait = Math.min(wait * 2, longestPauseMs)) {
      try {
        return await work();
      } catch (error) {
        if (this.stopped.signal.aborted || !isAway(error) || Date.now() + wait > end) throw error;
        if (wait === firstPauseMs) this.onAway(error);
      }
      await pause(wait, undefined, { signal: this.stopped.signal }).catch(() => undefined);
    }
  }

  /** Ends every pause: what is tried now is tried for the last time. */
  stop(): void {
    this.stopped.abort();
  }
}
