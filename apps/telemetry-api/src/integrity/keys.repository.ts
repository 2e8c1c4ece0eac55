import { Injectable } from '@nestjs/common';
import { WriterDatabase } from '../platform/telemetry-databases';

/** A key of personal data as it is stored: wrapped under the root key. */
export interface WrappedDataKey {
  version: number;
  wrapped: string;
}

/** Wrapped keys. What another instance made first wins: both then use the same. */
@Injectable()
export class KeysRepository {
  constructor(private readonly database: WriterDatabase) {}

  /** The newest key of a month (its first day, YYYY-MM-DD), or undefined. */
  async newestDataKey(period: string): Promise<WrappedDataKey | undefined> {
    const [key] = await this.database.query<WrappedDataKey>(
      `select version, wrapped_key as wrapped from integrity.data_keys
       where period = $1 order by version desc limit 1`,
      [period],
    );
    return key;
  }

  async dataKey(version: number): Promise<WrappedDataKey | undefined> {
    const [key] = await this.database.query<WrappedDataKey>(
      'select version, wrapped_key as wrapped from integrity.data_keys where version = $1',
      [version],
    );
    return key;
  }

  async addDataKey(period: string, key: WrappedDataKey): Promise<void> {
    await this.database.query(
      `insert into integrity.data_keys (version, period, wrapped_key) values ($1, $2, $3)
       on conflict (version) do nothing`,
      [key.version, period, key.wrapped],
    );
  }

  /** The wrapped key of an organization's quarter (its first day, YYYY-MM-DD), or undefined. */
  async actorKey(organizationId: number, quarter: string): Promise<string | undefined> {
    const [key] = await this.database.query<{ wrapped: string }>(
      `select wrapped_key as wrapped from integrity.actor_keys where organization_id = $1 and quarter = $2`,
      [organizationId, quarter],
    );
    return key?.wrapped;
  }

  async addActorKey(organizationId: number, quarter: string, wrapped: string): Promise<void> {
    await this.database.query(
      `insert into integrity.actor_keys (organization_id, quarter, wrapped_key) values ($1, $2, $3)
       on conflict (organization_id, quarter) do nothing`,
      [organizationId, quarter, wrapped],
    );
  }
}
