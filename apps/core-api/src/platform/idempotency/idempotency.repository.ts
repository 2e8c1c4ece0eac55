import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@restartix/database';

/** Whose key it is. */
export interface KeyOwner {
  organizationId: number;
  caller: string;
  key: string;
}

export interface KeptAnswer {
  fingerprint: string;
  answer: string | null;
}

/** Keys of creates and what they were answered. */
@Injectable()
export class IdempotencyRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /**
   * Takes a key, also one that has expired; false when it is somebody's. Waits for a unit that is taking it at the
   * same time.
   */
  async take(
    { organizationId, caller, key }: KeyOwner,
    fingerprint: string,
    now: Date,
    until: Date,
  ): Promise<boolean> {
    const rows = await this.uow.sql.query(
      `insert into idempotency_keys as k (organization_id, caller, key, fingerprint, created_at, expires_at)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (organization_id, caller, key) do update
         set fingerprint = excluded.fingerprint, answer = null, created_at = excluded.created_at,
             expires_at = excluded.expires_at
         where k.expires_at <= $5
       returning 1 as taken`,
      [organizationId, caller, key, fingerprint, now, until],
    );
    return rows.length > 0;
  }

  async find({ caller, key }: KeyOwner): Promise<KeptAnswer | undefined> {
    const [row] = await this.uow.sql.query<KeptAnswer>(
      'select fingerprint, answer from idempotency_keys where caller = $1 and key = $2',
      [caller, key],
    );
    return row;
  }

  async keep({ caller, key }: KeyOwner, answer: string): Promise<void> {
    await this.uow.sql.query('update idempotency_keys set answer = $3 where caller = $1 and key = $2', [
      ...[caller, key, answer],
    ]);
  }

  async removeExpired(now: Date): Promise<void> {
    await this.uow.sql.query('delete from idempotency_keys where expires_at <= $1', [now]);
  }
}
