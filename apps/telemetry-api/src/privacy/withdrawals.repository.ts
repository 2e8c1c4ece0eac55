import { Injectable } from '@nestjs/common';
import type { ConsentLevel } from '@restartix/contracts';
import { WriterDatabase } from '../platform/telemetry-databases';

/** A consent that was withdrawn or lowered, as core-api told it. */
export interface Withdrawal {
  withdrawal_id: string;
  organization_id: number;
  user_id: string;
  level: ConsentLevel;
  withdrawn_at: string;
}

@Injectable()
export class WithdrawalsRepository {
  constructor(private readonly database: WriterDatabase) {}

  /** Keeps a withdrawal and answers when it was first told; told again it is the same one. */
  async keep(withdrawal: Withdrawal): Promise<Date> {
    const [row] = await this.database.query<{ learned_at: Date }>(
      `insert into integrity.withdrawals (withdrawal_id, organization_id, user_id, level, withdrawn_at)
       values ($1, $2, $3, $4, $5)
       on conflict (withdrawal_id) do update set withdrawal_id = excluded.withdrawal_id
       returning learned_at`,
      [
        withdrawal.withdrawal_id,
        withdrawal.organization_id,
        withdrawal.user_id,
        withdrawal.level,
        withdrawal.withdrawn_at,
      ],
    );
    return row?.learned_at ?? new Date();
  }

  /** The receipt: rows removed so far, and when last. */
  async recordRemoval(withdrawalId: string, rows: number): Promise<void> {
    await this.database.query(
      `update integrity.withdrawals set rows_removed = rows_removed + $2, removed_at = now() where withdrawal_id = $1`,
      [withdrawalId, rows],
    );
  }

  /** Withdrawals of the last so many days. */
  recent(days: number): Promise<Withdrawal[]> {
    return this.database.query<Withdrawal>(
      `select withdrawal_id, organization_id, user_id, level,
              to_char(withdrawn_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as withdrawn_at
         from integrity.withdrawals where withdrawn_at > now() - make_interval(days => $1)`,
      [days],
    );
  }
}
