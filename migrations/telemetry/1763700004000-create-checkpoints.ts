import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What seals the log: the inner nodes of each organization's tree, and its signed checkpoints. */
export class CreateCheckpoints1763700004000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    for (const table of ['nodes', 'checkpoints']) await runner.query(appendOnly(table));
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

/**
 * nodes: every full inner node (RFC 6962) over 2^level leaves, level 1 and up; leaves are in integrity.leaves.
 * checkpoints: the root at a size, and the signed note that says so. The key is not in the database.
 */
const TABLES = `
create table integrity.nodes (
  organization_id int not null,
  level smallint not null check (level > 0),
  node_index bigint not null check (node_index >= 0),
  node_hash bytea not null check (octet_length(node_hash) = 32),
  primary key (organization_id, level, node_index)
);
create table integrity.checkpoints (
  organization_id int not null,
  size bigint not null check (size > 0),
  root bytea not null check (octet_length(root) = 32),
  note text not null,
  sealed_at timestamptz(3) not null default now(),
  primary key (organization_id, size)
);
`;

const appendOnly = (table: string) => `
create trigger refuse_change before update or delete on integrity.${table}
  for each row execute function audit.refuse_change();
create trigger refuse_truncate before truncate on integrity.${table}
  for each statement execute function audit.refuse_change();
grant select, insert on integrity.${table} to telemetry_writer;
`;
