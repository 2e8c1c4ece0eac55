import { Injectable } from '@nestjs/common';
import type { AnalyticsWithdrawal, ConsentLevel } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';

export interface ConsentRow {
  level: ConsentLevel;
  policy_version: string;
  given_at: Date;
}

/** A withdrawal as it is stored. */
export type WithdrawalRow = Pick<AnalyticsWithdrawal, 'id' | 'level' | 'rows_removed'> & {
  requested_at: Date;
  removed_at: Date | null;
  confirmed_at: Date | null;
};

@Injectable()
export class ConsentsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** The latest word of a person on analytics in the open organization; undefined when there was none. */
  async latestAnalytics(userId: string): Promise<ConsentRow | undefined> {
    const [row] = await this.uow.sql.query<ConsentRow>(
      `select level, policy_version, given_at from user_consents
        where user_id = $1 and consent_type = 'analytics' order by given_at desc, id desc limit 1`,
      [userId],
    );
    return row;
  }

  async giveAnalytics(
    organizationId: number,
    consent: { id: string; userId: string; level: ConsentLevel; policyVersion: string },
  ): Promise<void> {
    await this.uow.sql.query(
      `insert into user_consents (organization_id, id, user_id, consent_type, level, policy_version, given_at)
       values ($1, $2, $3, 'analytics', $4, $5, clock_timestamp())`,
      [organizationId, consent.id, consent.userId, consent.level, consent.policyVersion],
    );
  }

  async askWithdrawal(
    organizationId: number,
    withdrawal: { id: string; userId: string; level: ConsentLevel },
  ): Promise<void> {
    await this.uow.sql.query(
      'insert into analytics_withdrawals (organization_id, id, user_id, level) values ($1, $2, $3, $4)',
      [organizationId, withdrawal.id, withdrawal.userId, withdrawal.level],
    );
  }

  /** The latest withdrawal of a person in the open organization. */
  async latestWithdrawal(userId: string): Promise<WithdrawalRow | undefined> {
    const [row] = await this.uow.sql.query<WithdrawalRow>(
      `select id, level, requested_at, removed_at, confirmed_at, rows_removed from analytics_withdrawals
        where user_id = $1 order by requested_at desc, id desc limit 1`,
      [userId],
    );
    return row;
  }
}
