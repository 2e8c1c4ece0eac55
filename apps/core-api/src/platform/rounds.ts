import type { BeforeApplicationShutdown } from '@nestjs/common';
import type { PlatformLogger } from '@restartix/logging';
import type { CoreConfig } from '../core.config';

/** Work that comes round again after a pause, one round at a time, until it is stopped. A failure is told, never thrown. */
export class Rounds {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private stopping = false;

  constructor(
    private readonly pauseMs: number,
    private readonly work: () => Promise<unknown>,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** The first round comes after a pause like the others, unless told otherwise. */
  start(firstAfterMs = this.pauseMs): void {
    if (this.stopping) return;
    this.timer = setTimeout(() => {
      this.round = this.work()
        .catch(this.onFailure)
        .then(() => this.start());
    }, firstAfterMs);
  }

  /** Resolves when the open round has ended. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    await this.round;
  }
}

/** When work comes round, and what the log says of a round that failed. */
export interface RoundsOptions {
  pauseMs: number;
  /** The first round comes after a pause like the others, unless told otherwise. */
  firstAfterMs?: number;
  onFailure: string;
}

/** The rounds of a process that does background work (OUTBOX_RELAY); any other process begins none. */
export class BackgroundRounds implements BeforeApplicationShutdown {
  private readonly all: Rounds[] = [];

  constructor(
    private readonly logger: PlatformLogger,
    private readonly config: Pick<CoreConfig, 'OUTBOX_RELAY'>,
  ) {}

  /** Lets work come round until the process stops. */
  begin(work: () => Promise<unknown>, { pauseMs, firstAfterMs, onFailure }: RoundsOptions): void {
    if (!this.config.OUTBOX_RELAY) return;
    const rounds = new Rounds(pauseMs, work, (error) => this.logger.warn(onFailure, { error }));
    this.all.push(rounds);
    rounds.start(firstAfterMs);
  }

  /** Resolves when every open round has ended. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.all.map((rounds) => rounds.stop()));
  }
}
