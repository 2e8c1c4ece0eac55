import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '@restartix/context';
import { BackgroundRounds } from '../../platform/rounds';
import { CareEndsService } from './care-ends.service';

const PAUSE_MS = 60_000;

/** Looks every minute for care that has ended, in each process that does background work. */
@Injectable()
export class CareEndsSchedule implements OnApplicationBootstrap {
  constructor(
    private readonly service: CareEndsService,
    private readonly clock: Clock,
    private readonly rounds: BackgroundRounds,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.begin(() => this.service.closeDue(this.clock.now()), {
      pauseMs: PAUSE_MS,
      onFailure: 'Care after visits stays open a while longer',
    });
  }
}
