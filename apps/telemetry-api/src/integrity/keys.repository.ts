import { Injectable } from '@nestjs/common';
import { MaintainerDatabase, WriterDatabase } from '../platform/telemetry-databases';

/** A key of personal data as it is stored: wrapped under the root key. */
export interface WrappedDataKey {
  version: number;
  wrapped: string;
}

export interface WrappedActorKey {
  organizationId: number;
  quarter: string;
  wrapped: string;
}

/** Wrapped keys. What another instance made first wins: both then use the same. */
@Injectable()
export class KeysRepository {
  constructor(
    private readonly database: WriterDatabase,
    private readonly maintainer: MaintainerDatabase,
  ) {}

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

  allDataKeys(): Promise<WrappedDataKey[]> {
    return this.database.query(
      'select version, wrapped_key as wrapped from integrity.data_keys order by version',
    );
  }

  allActorKeys(): Promise<WrappedActorKey[]> {
    return this.database.query(
      `select organization_id as "organizationId", quarter::text, wrapped_key as wrapped
       from integrity.actor_keys order by organization_id, quarter`,
    );
  }

  /** Puts another wrapping of the same key in the place of `wrapped`, if that still stands there. */
  async replaceDataKey(version: number, wrapped: string, by: string): Promise<void> {
    await this.maintainer.query(
      'update integrity.data_keys set wrapped_key = $3 where version = $1 and wrapped_key = $2',
      [version, wrapped, by],
    );
  }

  /** The same for an actor key. */
  async replaceActorKey(organizationId: number, quarter: string, wrapped: string, by: string): Promise<void> {
    await this.maintainer.query(
      `update integrity.actor_keys set wrapped_key = $4
       where organization_id = $1 and quarter = $2 and wrapped_key = $3`,
      [organizationId, quarter, wrapped, by],
    );
  }

  /** First days of the quarters an organization has keys for, oldest first. */
  async actorQuarters(organizationId: number): Promise<string[]> {
    const rows = await this.database.query<{ quarter: string }>(
      'select quarter::text as quarter from integrity.actor_keys where organization_id = $1 order by quarter',
      [organizationId],
    );
    return rows.map(({ quarter }) => quarter);
  }

  destroyActorKeys(before: string): Promise<{ organization_id: number; quarter: string }[]> {
    return this.database.query(
      'delete from integrity.actor_keys where quarter < $1 returning organization_id, quarter::text as quarter',
      [before],
    );
  }
}
