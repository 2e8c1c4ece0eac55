import { setTimeout } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { PlatformLogger } from '@restartix/logging';
import { SealerService } from '../integrity/sealer.service';
import { CopyService } from './copy.service';

/** Checkpoints are at most a second behind: half of it may pass before a round begins. */
const PAUSE_MS = 500;

/** Seals and copies the log round after round, for as long as the service runs. */
@Injectable()
export class SealingService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger: PlatformLogger;
  private readonly loops: Promise<void>[] = [];
  private readonly stop = new AbortController();

  constructor(
    private readonly sealer: SealerService,
    private readonly copy: CopyService,
    logger: PlatformLogger,
  ) {
    this.logger = logger.child('sealing');
  }

  /** A loop for each: a slow copy holds up neither the sealing nor another copy. */
  onApplicationBootstrap(): void {
    this.loops.push(this.repeat('Sealing', () => this.sealer.round()));
    for (const round of this.copy.rounds()) this.loops.push(this.repeat('Copying', round));
  }

  /** Waits for the rounds that are under way. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await Promise.all(this.loops);
  }

  /** A failed round is reported and left to the next one. */
  private async repeat(name: string, round: () => Promise<unknown>): Promise<void> {
    while (!this.stop.signal.aborted) {
      await round().catch((error: unknown) =>
        this.logger.warn(`${name} failed and is tried again`, { error }),
      );
      await setTimeout(PAUSE_MS, undefined, { signal: this.stop.signal, ref: false }).catch(() => undefined);
    }
  }
}
