import type { Clock } from '@restartix/context';
import { DomainError, unavailable } from '@restartix/errors';

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Leaves an identity provider alone that has just failed to answer: for about two seconds, twice as long after each
 * further failure, half a minute at most, and by a part at random, so that processes do not come back all at once.
 */
export class CircuitBreaker {
  private failures = 0;
  private until = 0;

  constructor(
    private readonly clock: Clock,
    private readonly random: () => number = Math.random,
  ) {}

  /** Throws identity_unavailable for what fails, and at once, with Retry-After, until the pause is over. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.assertClosed();
    try {
      const result = await work();
      this.failures = 0;
      return result;
    } catch (error) {
      this.until = this.clock.now().getTime() + this.nextPause();
      throw unavailable('identity_unavailable', error);
    }
  }

  private assertClosed(): void {
    const wait = this.until - this.clock.now().getTime();
    // A longer one than there is was made by a clock that has been put back since.
    if (wait <= 0 || wait > LONGEST_PAUSE_MS) return;
    throw new DomainError('identity_unavailable', {
      headers: { 'Retry-After': String(Math.ceil(wait / 1000)) },
    });
  }

  private nextPause(): number {
    const pause = FIRST_PAUSE_MS * 2 ** Math.min(this.failures, 10);
    this.failures += 1;
    return Math.min(pause * (0.5 + this.random()), LONGEST_PAUSE_MS);
  }
}
