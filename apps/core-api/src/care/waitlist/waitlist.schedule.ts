import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '@restartix/context';
import { BackgroundRounds } from '../../platform/rounds';
import { WaitlistOffersService } from './waitlist-offers.service';

const PAUSE_MS = 15_000;

/** A round of offers every fifteen seconds, in each process that does background work. */
@Injectable()
export class WaitlistSchedule implements OnApplicationBootstrap {
  constructor(
    private readonly offers: WaitlistOffersService,
    private readonly clock: Clock,
    private readonly rounds: BackgroundRounds,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.begin(() => this.offers.offerDue(this.clock.now()), {
      pauseMs: PAUSE_MS,
      onFailure: 'Those who wait for times wait on',
    });
  }
}
