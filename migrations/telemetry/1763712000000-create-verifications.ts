import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the background verification remembers of each log: how far it is, and what it found at fault. */
export class CreateVerifications1763712000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

/**
 * verifications: the first `verified` leaves were looked at once; `pass_position` of them again in the pass under way.
 * faults: what was not as sealed, by kind and first leaf; resolved when a later pass finds it right again. Neither is
 * part of the record: both may be lost, and the next pass begins anew.
 */
const TABLES = `
create table integrity.verifications (
  organization_id int primary key,
  verified bigint not null default 0 check (verified >= 0),
  verified_at timestamptz(3),
  pass_position bigint not null default 0 check (pass_position >= 0),
  pass_started_at timestamptz(3),
  pass_completed_at timestamptz(3)
);
create table integrity.faults (
  organization_id int not null,
  kind text not null,
  leaf_index bigint not null,
  event_id uuid,
  found_at timestamptz(3) not null default now(),
  resolved_at timestamptz(3),
  primary key (organization_id, kind, leaf_index)
);
create index faults_open on integrity.faults (organization_id) where resolved_at is null;
grant select, insert, update on integrity.verifications, integrity.faults to telemetry_writer;
`;
