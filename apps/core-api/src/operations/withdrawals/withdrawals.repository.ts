import { Injectable } from '@nestjs/common';
import type { ConsentLevel } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';

/** A removal that is due, in the open organization. */
export interface DueWithdrawal {
  id: string;
  user_id: string;
  level: ConsentLevel;
  requested_at: Date;
  removed_at: Date | null;
}

@Injectable()
export class WithdrawalsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Removals that are due in any organization; those done once are due again after so many seconds. */
  due(settleSeconds: number): Promise<{ organization_id: number; id: string }[]> {
    return this.uow.sql.query('select * from due_analytics_withdrawals(make_interval(secs => $1))', [
      settleSeconds,
    ]);
  }

  async find(id: string): Promise<DueWithdrawal | undefined> {
    const [row] = await this.uow.sql.query<DueWithdrawal>(
      `select id, user_id, level, requested_at, removed_at from analytics_withdrawals
        where id = $1 and confirmed_at is null`,
      [id],
    );
    return row;
  }

  /** Writes the receipt: the first time that it is removed, the second time that nothing came after. */
  async record(id: string, rows: number): Promise<void> {
    await this.uow.sql.query(
      `update analytics_withdrawals
          set rows_removed = rows_removed + $2,
              confirmed_at = case when removed_at is null then null else now() end,
              removed_at = coalesce(removed_at, now())
        where id = $1`,
      [id, rows],
    );
  }
}
