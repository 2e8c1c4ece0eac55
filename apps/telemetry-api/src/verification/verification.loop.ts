import { setTimeout } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { PlatformLogger } from '@restartix/logging';
import { VerificationService } from './verification.service';

/** Between two looks when there is nothing to verify. */
const IDLE_MS = 1_000;
const RETRY_MS = 5_000;
/** A round that took so long is followed by a pause this many times as long: a tenth of one core at most. */
const REST = 9;

/** Verifies round after round, for as long as the service runs, without getting in anyone's way. */
@Injectable()
export class VerificationLoop implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger: PlatformLogger;
  private readonly stop = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly verification: VerificationService,
    logger: PlatformLogger,
  ) {
    this.logger = logger.child('verification');
  }

  onApplicationBootstrap(): void {
    this.running = this.repeat();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  private async repeat(): Promise<void> {
    while (!this.stop.signal.aborted) {
      const pause = await this.round();
      await setTimeout(pause, undefined, { signal: this.stop.signal, ref: false }).catch(() => undefined);
    }
  }

  /** A failed round is reported and left to the next one. Answers the pause that follows. */
  private async round(): Promise<number> {
    const startedAt = performance.now();
    try {
      const looked = await this.verification.round();
      return looked === 0 ? IDLE_MS : REST * (performance.now() - startedAt);
    } catch (error) {
      this.logger.warn('Verification failed and is tried again', { error });
      return RETRY_MS;
    }
  }
}
