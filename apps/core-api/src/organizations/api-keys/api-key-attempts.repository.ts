import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@restartix/database';
import type { Attempts } from './api-key-lockout.policy';

/** What nobody has added to for so long is forgotten. */
const KEPT = '1 day';

/** SQL of wrong keys, as system work: nobody is known yet. */
@Injectable()
export class ApiKeyAttemptsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Keeps others from counting the same subject meanwhile. */
  async lock(subject: string): Promise<Attempts | undefined> {
    await this.uow.sql.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [subject]);
    const [row] = await this.uow.sql.query<Attempts>(
      'select failures, last_failed_at from api_key_attempts where subject = $1',
      [subject],
    );
    return row;
  }

  async put(
    subject: string,
    { failures, last_failed_at, locked_until }: Attempts & { locked_until: Date | null },
  ): Promise<void> {
    await this.uow.sql.query(
      `insert into api_key_attempts (subject, failures, last_failed_at, locked_until) values ($1, $2, $3, $4)
       on conflict (subject) do update set failures = excluded.failures,
         last_failed_at = excluded.last_failed_at, locked_until = excluded.locked_until`,
      [subject, failures, last_failed_at, locked_until],
    );
  }

  async forget(now: Date): Promise<void> {
    await this.uow.sql.query(
      `delete from api_key_attempts where subject in (select subject from api_key_attempts
         where last_failed_at < $1::timestamptz - interval '${KEPT}' limit 100 for update skip locked)`,
      [now],
    );
  }
}
