import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * On TimescaleDB, chunks older than three months are stored in columns, segmented by organization: a question of one
 * reads its own segments only. There is no retention policy of TimescaleDB's own: it would know no legal hold. Chunks
 * go through audit.drop_partition and through nothing else.
 */
export class StoreAuditLogsInColumns1763713001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const [{ hypertable }] = await runner.query(
      `select not exists (select from pg_partitioned_table where partrelid = 'audit.audit_logs'::regclass) as hypertable`,
    );
    if (!hypertable) return;
    await runner.query(
      `alter table audit.audit_logs set (timescaledb.enable_columnstore,
         timescaledb.segmentby = 'organization_id', timescaledb.orderby = '"timestamp" desc, event_id desc')`,
    );
    await runner.query(
      `call public.add_columnstore_policy('audit.audit_logs', after => interval '3 months')`,
    );
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}
