import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { createContext, runInContext } from '@restartix/context';
import { AlertPort, PlatformLogger } from '@restartix/logging';
import { v7 as uuidv7 } from 'uuid';
import type { CoreConfig } from '../../core.config';
import { BackgroundRounds } from '../../platform/rounds';
import { CORE_CONFIG } from '../../platform/tokens';
import { ClerkMembershipsService } from './clerk-memberships.service';
import { MembershipMeasures } from './membership-measures';

const PAUSE_MS = 1_000;
const ALERT_SECONDS = 900;

/** Has what waits told, round by round, in any number of processes. */
@Injectable()
export class MembershipRounds implements OnApplicationBootstrap {
  constructor(
    private readonly memberships: ClerkMembershipsService,
    private readonly measures: MembershipMeasures,
    private readonly rounds: BackgroundRounds,
    private readonly alerts: AlertPort,
    private readonly logger: PlatformLogger,
    @Inject(CORE_CONFIG) private readonly config: CoreConfig,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.OUTBOX_RELAY && !this.memberships.canTell)
      this.logger.warn('Clerk is told of no membership: CLERK_SECRET_KEY is not set; they wait');
    this.rounds.begin(() => this.round(), {
      pauseMs: PAUSE_MS,
      onFailure: 'Memberships wait to be told to the identity provider',
    });
  }

  private async round(): Promise<void> {
    await runInContext(createContext({ requestId: uuidv7() }), async () => {
      while (this.memberships.canTell && (await this.memberships.tellNext()));
      this.measures.backlog = await this.memberships.backlog();
    });
    this.alerts.watch(this.measures.backlog.oldest_seconds > ALERT_SECONDS, {
      ...{ code: 'identity_memberships_waiting', severity: 'warning' },
      summary: 'The identity provider has not taken memberships that began here.',
    });
  }
}
