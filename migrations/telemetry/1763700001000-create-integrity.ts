import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The internals of the record: leaves of the log, and the wrapped keys of its encrypted and hashed parts. */
export class CreateIntegrity1763700001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(LEAVES);
    await runner.query(KEYS);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

/**
 * One leaf for each event ever stored. Never partitioned and never dropped: it gives exactly-once by its primary
 * key, gap-free order by its unique index, and proofs after a partition of events is gone.
 */
const LEAVES = `
create table integrity.leaves (
  event_id uuid primary key,
  organization_id int not null,
  leaf_index bigint not null check (leaf_index >= 0),
  leaf_hash bytea not null check (octet_length(leaf_hash) = 32),
  unique (organization_id, leaf_index)
);
create trigger refuse_change before update or delete on integrity.leaves
  for each row execute function audit.refuse_change();
create trigger refuse_truncate before truncate on integrity.leaves
  for each statement execute function audit.refuse_change();
grant select, insert on integrity.leaves to telemetry_writer;
`;

/**
 * data_keys: keys of personal data in this database, one per month of storing (version = yyyymm × 100 + revision).
 * actor_keys: keys of the hashes that stand for people in analytics, one per organization and quarter.
 * Both hold the key as an envelope under the root key: rotation wraps anew and never touches a row of the record.
 */
const KEYS = `
create table integrity.data_keys (
  version int primary key,
  period date not null,
  wrapped_key text not null,
  created_at timestamptz not null default now()
);
create table integrity.actor_keys (
  organization_id int not null,
  quarter date not null,
  wrapped_key text not null,
  created_at timestamptz not null default now(),
  primary key (organization_id, quarter)
);
grant select, insert on integrity.data_keys, integrity.actor_keys to telemetry_writer;
`;
