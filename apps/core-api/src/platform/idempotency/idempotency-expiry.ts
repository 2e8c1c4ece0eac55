import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock, createContext, runInContext } from '@restartix/context';
import { UnitOfWork } from '@restartix/database';
import { v7 as uuidv7 } from 'uuid';
import { BackgroundRounds } from '../rounds';
import { IdempotencyRepository } from './idempotency.repository';
import { organizationIds } from '../organization-ids.repository';

const PAUSE_MS = 3_600_000;

/** Forgets keys whose day is over, in every organization, once an hour. */
@Injectable()
export class IdempotencyExpiry implements OnApplicationBootstrap {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: IdempotencyRepository,
    private readonly clock: Clock,
    private readonly rounds: BackgroundRounds,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.begin(() => this.forget(), { pauseMs: PAUSE_MS, onFailure: 'Expired keys stay' });
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
