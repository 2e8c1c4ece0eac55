import { attachAudit, enableTenantRls } from '@restartix/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Patients of an organization, those who care for them, and what they consented to. */
export class CreatePatients1763600002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(CALLER);
    await this.protectSpecialistsAndCare(runner);
    await this.protectPatients(runner);
    await runner.query(PERSON_POLICIES);
    await enableTenantRls(runner, 'user_consents', [
      { name: 'read_own', command: 'select', where: 'user_id = (select current_app_user_id())' },
      { name: 'read_all', command: 'select', roles: ['compliance'] },
    ]);
    await attachAudit(runner, 'user_consents', 'consent');
    await runner.query(GRANTS);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }

  private async protectSpecialistsAndCare(runner: QueryRunner): Promise<void> {
    await enableTenantRls(runner, 'specialists', [
      { name: 'read', command: 'select' },
      { name: 'manage', command: 'all', roles: ['org_admin'] },
    ]);
    await attachAudit(runner, 'specialists', 'specialist');
    const ownLogin = 'specialist_id = (select current_app_specialist_id())';
    await enableTenantRls(runner, 'care_relationships', [
      { name: 'read_own', command: 'select', roles: ['specialist'], where: ownLogin },
      { name: 'open_own', command: 'insert', roles: ['specialist'], where: ownLogin },
      { name: 'read_all', command: 'select', roles: ['assistant', 'org_admin', 'compliance'] },
      { name: 'manage', command: 'all', roles: ['org_admin'] },
    ]);
    await attachAudit(runner, 'care_relationships', 'care_relationship', 'patient_id');
  }

  private async protectPatients(runner: QueryRunner): Promise<void> {
    const inCare = (table: string, patient: string) => `exists (
      select 1 from care_relationships c
       where c.organization_id = ${table}.organization_id and c.patient_id = ${table}.${patient}
         and c.specialist_id = (select current_app_specialist_id()) and c.closed_at is null)`;
    const recordInCare = inCare('patients', 'id');
    const staff = ['assistant', 'org_admin'];
    await enableTenantRls(runner, 'patients', [
      {
        name: 'read_own',
        command: 'select',
        roles: ['patient'],
        where: 'user_id = (select current_app_user_id())',
      },
      { name: 'read_in_care', command: 'select', roles: ['specialist'], where: recordInCare },
      { name: 'read_all', command: 'select', roles: [...staff, 'compliance'] },
      { name: 'create_record', command: 'insert', roles: ['specialist', ...staff] },
      { name: 'change_in_care', command: 'update', roles: ['specialist'], where: recordInCare },
      { name: 'change_contact', command: 'update', roles: staff },
    ]);
    await attachAudit(runner, 'patients', 'patient', 'id');
    // Keys follow their records; said without a look at those, which would ask all their conditions once more.
    await enableTenantRls(runner, 'patient_keys', [
      {
        name: 'read_own',
        command: 'select',
        roles: ['patient'],
        where: 'patient_id = (select current_app_patient_id())',
      },
      {
        name: 'read_in_care',
        command: 'select',
        roles: ['specialist'],
        where: inCare('patient_keys', 'patient_id'),
      },
      { name: 'read_all', command: 'select', roles: [...staff, 'compliance'] },
      { name: 'create_record', command: 'insert', roles: ['specialist', ...staff] },
    ]);
  }
}

/**
 * Who the caller is among the records of the organization: asked once per statement, and past the policies that ask
 * it. The same login in another organization is another record.
 */
const CALLER = `
create function current_app_specialist_id() returns uuid
language sql stable security definer set search_path = public, pg_temp as $$
  select id from specialists
   where organization_id = current_app_org_id() and user_id = current_app_user_id() and deleted_at is null
$$;
create function current_app_patient_id() returns uuid
language sql stable security definer set search_path = public, pg_temp as $$
  select id from patients where organization_id = current_app_org_id() and user_id = current_app_user_id()
$$;
grant select on specialists, patients to identity_resolver;
grant create on schema public to identity_resolver;
alter function current_app_specialist_id() owner to identity_resolver;
alter function current_app_patient_id() owner to identity_resolver;
revoke create on schema public from identity_resolver;
revoke all on function current_app_specialist_id() from public;
revoke all on function current_app_patient_id() from public;
grant execute on function current_app_specialist_id() to core_app;
grant execute on function current_app_patient_id() to core_app;
`;

const TABLES = `
create table patients (
  organization_id int not null references organizations (id),
  id uuid not null,
  patient_person_id uuid not null references patient_persons (id),
  user_id uuid references users (id),
  version int not null default 1,
  first_name text not null,
  last_name text not null,
  date_of_birth text,
  email text,
  phone text,
  external_ehr_id text,
  address_line1 text,
  address_line2 text,
  city text,
  state text,
  zip text,
  insurance_provider text,
  insurance_member_id text,
  insurance_group_number text,
  last_name_index text not null,
  date_of_birth_index text,
  email_index text,
  phone_index text,
  external_ehr_id_index text,
  hipaa_consent_date timestamptz,
  telehealth_consent_date timestamptz,
  recording_consent boolean not null default false,
  profile_shared boolean not null default false,
  last_sync_from_ehr timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (organization_id, id),
  constraint patients_person_unique unique (organization_id, patient_person_id),
  constraint patients_user_unique unique (organization_id, user_id)
);
comment on table patients is 'One person''s record in one organization. Every column from first_name to insurance_group_number is an envelope under the person''s key; *_index columns are blind indexes.';
create index patients_created on patients (organization_id, created_at desc, id);
create index patients_updated on patients (organization_id, updated_at desc, id);
create index patients_last_name on patients (organization_id, last_name_index);
create index patients_email on patients (organization_id, email_index);
create index patients_phone on patients (organization_id, phone_index);
create index patients_external_ehr on patients (organization_id, external_ehr_id_index);
create index patients_date_of_birth on patients (organization_id, date_of_birth_index);
create index patients_id on patients (id);
create index patients_person on patients (patient_person_id);

create table patient_keys (
  organization_id int not null,
  patient_id uuid not null,
  version int not null check (version > 0),
  wrapped_key text not null,
  created_at timestamptz not null default now(),
  primary key (organization_id, patient_id, version),
  foreign key (organization_id, patient_id) references patients (organization_id, id)
);

create table specialists (
  organization_id int not null references organizations (id),
  id uuid not null,
  user_id uuid references users (id),
  name text not null,
  title text,
  scheduling_timezone text,
  scheduling_active boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (organization_id, id),
  constraint specialists_user_unique unique (organization_id, user_id)
);
comment on column specialists.name is 'Envelope under the organization''s key.';

create table care_relationships (
  organization_id int not null references organizations (id),
  id uuid not null,
  patient_id uuid not null,
  specialist_id uuid not null,
  reason text not null check (reason in ('assignment')),
  opened_at timestamptz not null default now(),
  closed_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, patient_id) references patients (organization_id, id),
  foreign key (organization_id, specialist_id) references specialists (organization_id, id)
);
create index specialists_id on specialists (id);
create unique index care_relationships_open on care_relationships (organization_id, patient_id, specialist_id)
  where closed_at is null;
create index care_relationships_specialist on care_relationships (organization_id, specialist_id) where closed_at is null;

create table user_consents (
  organization_id int not null references organizations (id),
  id uuid not null,
  user_id uuid not null references users (id),
  consent_type text not null check (consent_type in ('analytics')),
  level smallint not null check (level between 0 and 3),
  policy_version text not null,
  given_at timestamptz not null default now(),
  primary key (organization_id, id)
);
create index user_consents_latest on user_consents (organization_id, user_id, consent_type, given_at desc);
`;

/**
 * A clinic makes a person together with the record (no login yet); afterwards the person is its owner's, and a
 * clinic's only where the profile was shared with it.
 */
const PERSON_POLICIES = `
grant select, insert, update on patient_persons to core_app;
create policy read_own on patient_persons for select to core_app using (user_id = (select current_app_user_id()));
create policy change_own on patient_persons for update to core_app using (user_id = (select current_app_user_id()));
create policy read_shared on patient_persons for select to core_app using (
  (select current_app_role()) in ('specialist', 'org_admin', 'compliance')
  and exists (select 1 from patients p where p.patient_person_id = patient_persons.id and p.profile_shared));
create policy create_with_record on patient_persons for insert to core_app with check (
  user_id is null and (select current_app_role()) in ('specialist', 'assistant', 'org_admin'));
`;

const GRANTS = `
-- What a clinic may not change of a record: whose it is, whether its owner shared the profile, and where it belongs.
grant select, insert on patients to core_app;
grant update (version, first_name, last_name, date_of_birth, email, phone, external_ehr_id, address_line1,
  address_line2, city, state, zip, insurance_provider, insurance_member_id, insurance_group_number, last_name_index,
  date_of_birth_index, email_index, phone_index, external_ehr_id_index, recording_consent, updated_at)
  on patients to core_app;
grant select, insert on patient_keys to core_app;
grant select, insert, update on specialists to core_app;
grant select, insert, update on care_relationships to core_app;
grant select on user_consents to core_app;
grant select, insert, update, delete on patients, patient_keys, specialists, care_relationships, user_consents to core_system;
`;
