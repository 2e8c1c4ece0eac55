import { Injectable } from '@nestjs/common';
import type { ConsentLevel } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';

@Injectable()
export class ConsentsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** The latest word of a person on analytics in the open organization; undefined when there was none. */
  async latestAnalytics(
    userId: string,
  ): Promise<{ level: ConsentLevel; policy_version: string } | undefined> {
    const [row] = await this.uow.sql.query<{ level: ConsentLevel; policy_version: string }>(
      `select level, policy_version from user_consents
        where user_id = $1 and consent_type = 'analytics' order by given_at desc, id desc limit 1`,
      [userId],
    );
    return row;
  }
}
