import { setTimeout as sleep } from 'node:timers/promises';
import type { Child } from './child';

/** The child ended, or did not answer in time. */
export class NotStartedError extends Error {
  constructor(
    readonly child: string,
    readonly lastLines: string,
    reason: string,
  ) {
    super(`${child} ${reason}.${lastLines ? ` Its last lines:\n${lastLines}` : ''}`);
    this.name = 'NotStartedError';
  }
}

/**
 * Asks `probe` again and again until it does not throw. Throws {@link NotStartedError} when the probe does, as soon
 * as the child has ended, or after `timeoutMs` (the child is then stopped).
 */
export async function untilReady(
  child: Child,
  probe: () => Promise<void>,
  timeoutMs = 60_000,
): Promise<void> {
  const { name } = child.options;
  const deadline = Date.now() + timeoutMs;
  for (let pause = 5; ; pause = Math.min(pause * 2, 100)) {
    if (child.exit) {
      const { code, signal } = child.exit;
      throw new NotStartedError(
        name,
        child.lastLines(),
        `ended while starting (${signal ?? `code ${code}`})`,
      );
    }
    try {
      return await probe();
    } catch (error) {
      if (error instanceof NotStartedError) throw error;
      if (Date.now() > deadline) {
        await child.stop();
        throw new NotStartedError(
          name,
          child.lastLines(),
          `did not answer within ${timeoutMs / 1000} seconds`,
        );
      }
    }
    await Promise.race([sleep(pause), child.exited]);
  }
}
