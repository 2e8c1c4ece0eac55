import { Injectable } from '@nestjs/common';
import type { Sql } from '@restartix/database';
import { v7 as uuidv7 } from 'uuid';
import { WriterDatabase } from '../platform/telemetry-databases';
import type { Exclusion } from './exclusions.port';

/** One look at the provider. */
export interface SyncRow {
  sync_id: string;
  started_at: Date;
  finished_at: Date | null;
  status: 'running' | 'succeeded' | 'failed';
  added: number;
  removed: number;
  failure_reason: string | null;
}

const COLUMNS = 'sync_id, started_at, finished_at, status, added, removed, failure_reason';

/** Excluded networks and the syncs that brought them. */
@Injectable()
export class ExclusionsRepository {
  constructor(private readonly database: WriterDatabase) {}

  /** Every excluded network, in CIDR form. */
  async networks(): Promise<string[]> {
    const rows = await this.database.query<{ network: string }>(
      'select network::text as network from privacy.ccpa_exclusions',
    );
    return rows.map(({ network }) => network);
  }

  async latest(status?: SyncRow['status']): Promise<SyncRow | undefined> {
    const [row] = await this.database.query<SyncRow>(
      `select ${COLUMNS} from privacy.exclusion_syncs
        where $1::text is null or status = $1 order by started_at desc limit 1`,
      [status ?? null],
    );
    return row;
  }

  /** Puts the given list in place of the stored one, all of it or nothing, and says how it differs. */
  replace(provider: string, startedAt: Date, exclusions: readonly Exclusion[]): Promise<void> {
    const syncId = uuidv7();
    return this.database.transaction({}, async (sql) => {
      // One at a time: two instances that sync together would count each other's rows.
      await sql.query(`select pg_advisory_xact_lock(hashtext('privacy.ccpa_exclusions'))`);
      const added = await this.put(sql, provider, syncId, exclusions);
      const removed = await sql.query(
        'delete from privacy.ccpa_exclusions where provider = $1 and last_sync_id <> $2 returning 1 as one',
        [provider, syncId],
      );
      await sql.query(
        `insert into privacy.exclusion_syncs (sync_id, provider, started_at, finished_at, status, added, removed)
         values ($1, $2, $3, now(), 'succeeded', $4, $5)`,
        [syncId, provider, startedAt, added, removed.length],
      );
    });
  }

  async recordFailure(provider: string, startedAt: Date, reason: string): Promise<void> {
    await this.database.query(
      `insert into privacy.exclusion_syncs (sync_id, provider, started_at, finished_at, status, failure_reason)
       values ($1, $2, $3, now(), 'failed', $4)`,
      [uuidv7(), provider, startedAt, reason.slice(0, 500)],
    );
  }

  private async put(
    sql: Sql,
    provider: string,
    syncId: string,
    exclusions: readonly Exclusion[],
  ): Promise<number> {
    const rows = await sql.query<{ is_new: boolean }>(
      `insert into privacy.ccpa_exclusions (network, exclusion_type, provider, last_sync_id)
       select distinct on (e.network) e.network::cidr, e.type, $1, $2
         from jsonb_to_recordset($3::jsonb) as e (network text, type text)
       on conflict (network) do update set last_sync_id = excluded.last_sync_id,
         exclusion_type = excluded.exclusion_type, provider = excluded.provider
       returning (xmax = 0) as is_new`,
      [provider, syncId, JSON.stringify(exclusions)],
    );
    return rows.filter(({ is_new }) => is_new).length;
  }
}
