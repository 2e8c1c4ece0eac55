import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The feature that looks after excluded networks and withdrawn consents has come: it gets its rights and its receipt. */
export class OpenPrivacyRecords1763716000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(WITHDRAWALS);
    await runner.query(GRANTS);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

/** The receipts of removed analytics: whose consent went down to which level when, and how many rows went with it. */
const WITHDRAWALS = `
create table integrity.withdrawals (
  withdrawal_id uuid primary key,
  organization_id int not null,
  user_id uuid not null,
  level smallint not null check (level between 0 and 2),
  withdrawn_at timestamptz(3) not null,
  learned_at timestamptz(3) not null default now(),
  removed_at timestamptz(3),
  rows_removed int not null default 0
);
create index withdrawals_time on integrity.withdrawals (withdrawn_at);
`;

const GRANTS = `
grant select, insert, update on integrity.withdrawals to telemetry_writer;
grant select, insert, update, delete on privacy.ccpa_exclusions to telemetry_writer;
grant select, insert on privacy.exclusion_syncs to telemetry_writer;
grant usage on schema privacy to telemetry_writer;
grant delete on integrity.actor_keys to telemetry_writer;
`;
