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
import { WaitlistOffersService } from './waitlist-offers.service';

const PAUSE_MS = 15_000;

/** A round of offers every fifteen seconds, in each process that does background work. */
@Injectable()
export class WaitlistSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly rounds: Rounds;

  constructor(
    offers: WaitlistOffersService,
    clock: Clock,
    logger: PlatformLogger,
    @Inject(CORE_CONFIG) private readonly config: CoreConfig,
  ) {
    this.rounds = new Rounds(
      PAUSE_MS,
      () => offers.offerDue(clock.now()),
      (error) => logger.warn('Those who wait for times wait on', { error }),
    );
  }

  onApplicationBootstrap(): void {
    if (this.config.OUTBOX_RELAY) this.rounds.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
  }
}
