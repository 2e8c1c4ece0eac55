import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { ConsentLevel, WithdrawalReceipt } from '@restartix/contracts';
import { keyedHash } from '@restartix/crypto';
import { PlatformLogger } from '@restartix/logging';
import { AnalyticsService } from '../analytics/analytics.service';
import { KeyringService } from '../integrity/keyring.service';
import { WithdrawalsRepository, type Withdrawal } from './withdrawals.repository';

export type { Withdrawal } from './withdrawals.repository';

/** Another instance may have been told: the list is read again this often. */
const REFRESH_MS = 5_000;
/** Longer than a token lives, a box waits and an instance's list is behind. */
const HELD_DAYS = 30;
/** What was received up to so long after the removal began was stamped before: it is removed too. */
const STRAGGLE_MS = 60_000;

const keyOf = (organizationId: number, userId: string): string => `${organizationId}/${userId}`;

/** Consents that were taken back: what they allowed is removed, and what still comes in under them is lowered. */
@Injectable()
export class WithdrawalsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger: PlatformLogger;
  private held = new Map<string, Withdrawal[]>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly withdrawals: WithdrawalsRepository,
    private readonly analytics: AnalyticsService,
    private readonly keyring: KeyringService,
    logger: PlatformLogger,
  ) {
    this.logger = logger.child('privacy');
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.refresh();
    this.timer = setInterval(() => void this.refresh(), REFRESH_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** The lowest level a person went down to after a consent was looked up; undefined when they did not. */
  levelSince(organizationId: number, userId: string | null, consentAt: string): ConsentLevel | undefined {
    if (userId === null) return undefined;
    const later = (this.held.get(keyOf(organizationId, userId)) ?? []).filter(
      ({ withdrawn_at }) => withdrawn_at >= consentAt,
    );
    return later.length === 0 ? undefined : (Math.min(...later.map(({ level }) => level)) as ConsentLevel);
  }

  /**
   * Removes a person's rows that the level left does not allow, under every live key of the organization; answers when
   * they are gone. Harmless when repeated. Throws telemetry_unavailable, analytics_unavailable.
   */
  async remove(withdrawal: Withdrawal): Promise<WithdrawalReceipt> {
    const learnedAt = await this.withdrawals.keep(withdrawal);
    this.hold(withdrawal);
    const { organization_id, user_id, level } = withdrawal;
    const keys = await this.keyring.actorKeys(organization_id);
    const hashes = keys.map((key) => keyedHash(key, user_id));
    const until = new Date(learnedAt.getTime() + STRAGGLE_MS).toISOString();
    const rows = await this.analytics.removeActor(organization_id, hashes, level, until);
    await this.withdrawals.recordRemoval(withdrawal.withdrawal_id, rows);
    return { withdrawal_id: withdrawal.withdrawal_id, rows_removed: rows };
  }

  private hold(withdrawal: Withdrawal): void {
    const key = keyOf(withdrawal.organization_id, withdrawal.user_id);
    const others = (this.held.get(key) ?? []).filter(
      ({ withdrawal_id }) => withdrawal_id !== withdrawal.withdrawal_id,
    );
    this.held.set(key, [...others, withdrawal]);
  }

  /** A list that cannot be read again stays as it is. */
  private async refresh(): Promise<void> {
    try {
      const recent = await this.withdrawals.recent(HELD_DAYS);
      for (const withdrawal of recent) this.hold(withdrawal);
      const oldest = new Date(Date.now() - HELD_DAYS * 86_400_000).toISOString();
      for (const [key, list] of this.held) {
        const left = list.filter(({ withdrawn_at }) => withdrawn_at > oldest);
        if (left.length === 0) this.held.delete(key);
        else this.held.set(key, left);
      }
    } catch (error) {
      this.logger.debug('The list of withdrawals could not be read again', { error });
    }
  }
}
