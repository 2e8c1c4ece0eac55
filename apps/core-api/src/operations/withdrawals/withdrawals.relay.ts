import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { createContext, runInContext } from '@restartix/context';
import type { WithdrawalReceipt } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { AlertPort, PlatformLogger } from '@restartix/logging';
import { ChannelClient } from '@restartix/service-channel';
import { v7 as uuidv7 } from 'uuid';
import type { CoreConfig } from '../../core.config';
import { CORE_CONFIG } from '../../platform/tokens';
import { WithdrawalsRepository } from './withdrawals.repository';

const POLL_MS = 2_000;
const REASON = 'remove analytics of a withdrawn consent';

/**
 * Has the analytics removed that a withdrawn consent had allowed: at once, and once more after a while for what was on
 * its way. The request was committed with the withdrawal, so it survives whatever is away meanwhile. Any number of
 * instances may do it: a removal stands being repeated.
 */
@Injectable()
export class WithdrawalsRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger: PlatformLogger;
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> | undefined;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly withdrawals: WithdrawalsRepository,
    private readonly channel: ChannelClient,
    private readonly alerts: AlertPort,
    @Inject(CORE_CONFIG) private readonly config: CoreConfig,
    logger: PlatformLogger,
  ) {
    this.logger = logger.child('withdrawals');
  }

  onApplicationBootstrap(): void {
    if (!this.config.OUTBOX_RELAY) return;
    this.timer = setInterval(() => {
      this.round ??= this.work().finally(() => (this.round = undefined));
    }, POLL_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.round;
  }

  /** One round. What fails stays due; somebody is told when it keeps failing. */
  private async work(): Promise<void> {
    await runInContext(createContext({ requestId: uuidv7() }), async () => {
      try {
        const settle = this.config.WITHDRAWAL_SETTLE_SECONDS;
        const due = await this.uow.asSystem(REASON, null, () => this.withdrawals.due(settle));
        for (const { organization_id, id } of due) await this.remove(organization_id, id);
        this.watch(false);
      } catch (error) {
        this.logger.warn('Analytics of withdrawn consents wait to be removed', { error });
        this.watch(true);
      }
    });
  }

  private async remove(organizationId: number, id: string): Promise<void> {
    const due = await this.uow.asSystem(REASON, organizationId, () => this.withdrawals.find(id));
    if (!due) return;
    const { rows_removed } = await this.channel.post<WithdrawalReceipt>('/internal/v1/privacy/withdrawals', {
      withdrawal_id: id,
      organization_id: organizationId,
      user_id: due.user_id,
      level: due.level,
      withdrawn_at: due.requested_at.toISOString(),
    });
    await this.uow.asSystem(REASON, organizationId, () => this.withdrawals.record(id, rows_removed));
  }

  private watch(isWaiting: boolean): void {
    this.alerts.watch(isWaiting, {
      code: 'analytics_removal_waiting',
      severity: 'warning',
      summary: 'Analytics of withdrawn consents could not be removed yet.',
    });
  }
}
