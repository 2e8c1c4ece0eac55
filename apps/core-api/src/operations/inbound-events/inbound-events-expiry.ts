import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock, createContext, runInContext } from '@restartix/context';
import { UnitOfWork } from '@restartix/database';
import { v7 as uuidv7 } from 'uuid';
import type { CoreConfig } from '../../core.config';
import { BackgroundRounds } from '../../platform/rounds';
import { CORE_CONFIG } from '../../platform/tokens';
import { InboundEventsRepository } from './inbound-events.repository';

const PAUSE_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * Forgets events of vendors that were worked on and are older than any repetition of them: when the process starts, and
 * once an hour. What they led to is in the audit trail. One that waits is never forgotten.
 */
@Injectable()
export class InboundEventsExpiry implements OnApplicationBootstrap {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: InboundEventsRepository,
    private readonly clock: Clock,
    private readonly rounds: BackgroundRounds,
    @Inject(CORE_CONFIG) private readonly config: CoreConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.begin(() => this.forget(), {
      pauseMs: PAUSE_MS,
      firstAfterMs: 0,
      onFailure: 'Events of vendors that have expired stay',
    });
  }

  private forget(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - this.config.INBOUND_EVENTS_DAYS * DAY_MS);
    return runInContext(createContext({ requestId: uuidv7() }), () =>
      this.uow.asSystem('events of vendors that have expired', null, () =>
        this.repository.removeFinished(before),
      ),
    );
  }
}
