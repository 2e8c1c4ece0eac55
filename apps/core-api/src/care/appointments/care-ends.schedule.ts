import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock } from '@restartix/context';
import { PlatformLogger } from '@restartix/logging';
import type { CoreConfig } from '../../core.config';
import { Rounds } from '../../platform/rounds';
import { CORE_CONFIG } from '../../platform/tokens';
import { CareEndsService } from './care-ends.service';

const PAUSE_MS = 60_000;

/** Looks every minute for care that has ended, in each process that does background work. */
@Injectable()
export class CareEndsSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly rounds: Rounds;

  constructor(
    service: CareEndsService,
    clock: Clock,
    logger: PlatformLogger,
    @Inject(CORE_CONFIG) private readonly config: CoreConfig,
  ) {
    this.rounds = new Rounds(
      PAUSE_MS,
      () => service.closeDue(clock.now()),
      (error) => logger.warn('Care after visits stays open a while longer', { error }),
    );
  }

  onApplicationBootstrap(): void {
    if (this.config.OUTBOX_RELAY) this.rounds.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
  }
}
