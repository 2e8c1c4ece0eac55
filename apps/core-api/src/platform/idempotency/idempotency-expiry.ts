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
import { Rounds } from '../rounds';
import { CORE_CONFIG } from '../tokens';
import { IdempotencyRepository } from './idempotency.repository';
import { organizationIds } from '../organization-ids.repository';

const PAUSE_MS = 3_600_000;

/** Forgets keys whose day is over, in every organization, once an hour. */
@Injectable()
export class IdempotencyExpiry implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly rounds: Rounds;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: IdempotencyRepository,
    private readonly clock: Clock,
    logger: PlatformLogger,
    @Inject(CORE_CONFIG) private readonly config: CoreConfig,
  ) {
    this.rounds = new Rounds(
      PAUSE_MS,
      () => this.forget(),
      (error) => logger.warn('Expired keys stay', { error }),
    );
  }

  onApplicationBootstrap(): void {
    if (this.config.OUTBOX_RELAY) this.rounds.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
  }

  private forget(): Promise<void> {
    return runInContext(createContext({ requestId: uuidv7() }), async () => {
      const reason = 'idempotency keys that have expired';
      const organizations = await this.uow.asSystem(reason, null, () => organizationIds(this.uow));
      for (const id of organizations)
        await this.uow.asSystem(reason, id, () => this.repository.removeExpired(this.clock.now()));
    });
  }
}
