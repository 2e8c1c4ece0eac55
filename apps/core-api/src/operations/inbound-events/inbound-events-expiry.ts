import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock, createContext, runInContext } from '@restartix/context';
import { UnitOfWork } from '@restartix/database';
import { PlatformLogger } from '@restartix/logging';
import { v7 as uuidv7 } from 'uuid';
import type { CoreConfig } from '../../core.config';
import { Rounds } from '../../platform/rounds';
import { CORE_CONFIG } from '../../platform/tokens';
import { InboundEventsRepository } from './inbound-events.repository';

const PAUSE_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * Forgets events of vendors that were worked on and are older than any repetition of them: when the process starts, and
 * once an hour. What they led to is in the audit trail. One that waits is never forgotten.
 */
@Injectable()
export class InboundEventsExpiry implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly rounds: Rounds;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: InboundEventsRepository,
    private readonly clock: Clock,
    logger: PlatformLogger,
    @Inject(CORE_CONFIG) private readonly config: CoreConfig,
  ) {
    this.rounds = new Rounds(
      PAUSE_MS,
      () => this.forget(),
      (error) => logger.warn('Events of vendors that have expired stay', { error }),
    );
  }

  onApplicationBootstrap(): void {
    if (this.config.OUTBOX_RELAY) this.rounds.start(0);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
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
