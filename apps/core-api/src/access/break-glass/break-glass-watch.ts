import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { createContext, runInContext } from '@restartix/context';
import { UnitOfWork } from '@restartix/database';
import { AlertPort } from '@restartix/logging';
import { v7 as uuidv7 } from 'uuid';
import { organizationIds } from '../../platform/organization-ids.repository';
import { BackgroundRounds } from '../../platform/rounds';
import { BreakGlassRepository } from './break-glass.repository';

const PAUSE_MS = 15_000;

/** Raises an alert for every organization whose compliance staff did not look at a break-glass in time, until they did. */
@Injectable()
export class BreakGlassWatch implements OnApplicationBootstrap {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: BreakGlassRepository,
    private readonly alerts: AlertPort,
    private readonly rounds: BackgroundRounds,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.begin(() => this.look(), {
      pauseMs: PAUSE_MS,
      onFailure: 'Reviews of break-glass could not be looked at',
    });
  }

  private look(): Promise<void> {
    return runInContext(createContext({ requestId: uuidv7() }), async () => {
      const reason = 'overdue reviews of break-glass';
      for (const id of await this.uow.asSystem(reason, null, () => organizationIds(this.uow))) {
        const overdue = await this.uow.asSystem(reason, id, () => this.repository.countOverdue());
        this.alerts.watch(overdue > 0, {
          code: 'break_glass_review_overdue',
          severity: 'error',
          summary: 'A break-glass waits for its reviews longer than a day.',
          labels: { organization: id },
        });
      }
    });
  }
}
