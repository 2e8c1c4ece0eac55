import { attachAudit, enableTenantRls } from '@restartix/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const IN_CARE = '(select current_app_cares_for(patient_id))';
const BY_ONESELF = 'issued_by = (select current_app_user_id())';

/** Codes by which somebody who has a login becomes the owner of a record that was made at the desk. */
export class CreatePatientClaims1763690200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLE);
    await enableTenantRls(runner, 'patient_claims', [
      {
        ...{ name: 'issue_in_care', command: 'insert', roles: ['specialist'] },
        where: `${BY_ONESELF} and ${IN_CARE}`,
      },
      { name: 'issue', command: 'insert', roles: ['assistant', 'org_admin'], where: BY_ONESELF },
      { name: 'read_in_care', command: 'select', roles: ['specialist'], where: IN_CARE },
      { name: 'read_all', command: 'select', roles: ['assistant', 'org_admin', 'compliance'] },
      { name: 'replace_in_care', command: 'update', roles: ['specialist'], where: IN_CARE },
      { name: 'replace', command: 'update', roles: ['assistant', 'org_admin'] },
    ]);
    await attachAudit(runner, 'patient_claims', 'patient_claim', 'patient_id');
    await runner.query(GRANTS);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const TABLE = `
create table patient_claims (
  organization_id int not null references organizations (id),
  id uuid not null,
  patient_id uuid not null,
  code_index text not null,
  channel text not null check (channel in ('email', 'sms')),
  issued_by uuid not null references users (id),
  issued_at timestamptz not null default now(),
  expires_at timestamptz not null,
  wrong_answers smallint not null default 0 check (wrong_answers >= 0),
  replaced_at timestamptz,
  used_at timestamptz,
  used_by uuid references users (id),
  primary key (organization_id, id),
  foreign key (organization_id, patient_id) references patients (organization_id, id),
  constraint patient_claims_code_unique unique (organization_id, code_index),
  constraint patient_claims_used check ((used_at is null) = (used_by is null) and num_nonnulls(used_at, replaced_at) <= 1),
  constraint patient_claims_short check (expires_at > issued_at and expires_at <= issued_at + interval '2 days')
);
comment on table patient_claims is 'A code that was sent to the contact of a record: who confirms it becomes the owner of the record.';
comment on column patient_claims.code_index is 'Keyed hash of the code; the code itself stands in the sealed message alone.';
comment on column patient_claims.wrong_answers is 'Right codes with a wrong date of birth.';
create index patient_claims_id on patient_claims (id);
create unique index patient_claims_open on patient_claims (organization_id, patient_id)
  where used_at is null and replaced_at is null;
`;

/** Who issues a code may take an earlier one back, and never says that one was used. */
const GRANTS = `
grant select, insert (organization_id, id, patient_id, code_index, channel, issued_by, issued_at, expires_at) on patient_claims to core_app;
grant update (replaced_at) on patient_claims to core_app;
grant select, insert, update, delete on patient_claims to core_system;
`;
