import { Injectable } from '@nestjs/common';
import { ClickHouseDatabase } from '../platform/clickhouse-database';
import { clickHouseTime } from '../platform/clickhouse-time';

/** Rows as they are stored, without their organization. */
export type RowsByOrganization = ReadonlyMap<number, readonly object[]>;

/**
 * The tables of ClickHouse, which has no row-level security: the organization is the first parameter of every method,
 * bound here and nowhere else.
 */
@Injectable()
export class RowsRepository {
  constructor(private readonly clickhouse: ClickHouseDatabase) {}

  /** Inserts the rows of each organization, all as one block. A row already there collapses with its twin. */
  async insert(byOrganization: RowsByOrganization, table: string): Promise<void> {
    const rows = [...byOrganization].flatMap(([organization_id, list]) =>
      list.map((row) => ({ ...row, organization_id })),
    );
    await this.clickhouse.insert(table, rows);
  }

  /** Removes a person's rows, received up to a moment, from a table; answers how many there were. */
  async removeActor(organizationId: number, table: string, hashes: string[], until: string): Promise<number> {
    const condition = `organization_id = {organization_id:UInt32} and actor_hash in {hashes:Array(String)}
      and received_at <= {until:DateTime64(3, 'UTC')}`;
    const values = { organization_id: organizationId, hashes, until: clickHouseTime(until) };
    const [found] = await this.clickhouse.query<{ rows: number | string }>(
      `select count() as rows from ${table} where ${condition}`,
      values,
    );
    const rows = Number(found?.rows ?? 0);
    if (rows > 0)
      await this.clickhouse.command(
        `alter table ${table} delete where ${condition} settings mutations_sync = 2`,
        values,
      );
    return rows;
  }
}
