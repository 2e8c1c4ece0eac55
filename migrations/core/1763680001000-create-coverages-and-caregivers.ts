import { attachAudit, enableTenantRls, type RolePolicy } from '@restartix/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What insures a patient, and who cares for one at home; their texts are under the patient's key and end with it. */
export class CreateCoveragesAndCaregivers1763680001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(COVERAGES);
    await runner.query(CAREGIVERS);
    const oneself = ofPatient(['patient'], OWN_PATIENT);
    const inCare = ofPatient(['specialist'], IN_CARE);
    await enableTenantRls(runner, 'coverages', [
      ...oneself,
      ...inCare,
      {
        // A record that is open by break-glass shows its insurance.
        ...{ name: 'of_records_seen', command: 'select', roles: ['specialist', 'superadmin'] },
        where: seen('coverages'),
      },
      { name: 'read_all', command: 'select', roles: ['compliance'] },
    ]);
    await enableTenantRls(runner, 'patient_caregivers', [
      ...oneself,
      ...inCare,
      {
        ...{ name: 'of_records_seen', command: 'select', roles: ['specialist'] },
        where: seen('patient_caregivers'),
      },
      { name: 'read_all', command: 'select', roles: ['assistant', 'org_admin', 'compliance'] },
      { name: 'enter', command: 'insert', roles: ['assistant', 'org_admin'] },
      { name: 'change', command: 'update', roles: ['assistant', 'org_admin'] },
    ]);
    await attachAudit(runner, 'coverages', 'coverage', 'patient_id');
    await attachAudit(runner, 'patient_caregivers', 'caregiver', 'patient_id');
    await runner.query(RULES);
    await runner.query(ONE_TRUTH);
    await runner.query(GRANTS);
    await runner.query(ERASE);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const OWN_PATIENT = 'patient_id = (select current_app_patient_id())';
const IN_CARE = '(select current_app_cares_for(patient_id))';

const seen = (table: string): string => `exists (select 1 from patients p
  where p.organization_id = ${table}.organization_id and p.id = ${table}.patient_id)`;

const ofPatient = (roles: string[], where: string): RolePolicy[] => [
  { name: 'read', command: 'select', roles, where },
  { name: 'enter', command: 'insert', roles, where },
  { name: 'change', command: 'update', roles, where },
];

const COVERAGES = `
create table coverages (
  organization_id int not null references organizations (id),
  id uuid not null,
  patient_id uuid not null,
  kind text not null check (kind in ('employer', 'private', 'state')),
  payer text not null,
  member_id text not null,
  group_number text,
  plan text,
  valid_from date not null,
  valid_until date,
  coverage_order smallint not null check (coverage_order between 1 and 9),
  status text not null default 'active' check (status in ('active', 'cancelled')),
  verification text not null default 'unverified' check (verification in ('unverified', 'verified', 'rejected')),
  verified_by uuid references users (id),
  verified_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (organization_id, id),
  foreign key (organization_id, patient_id) references patients (organization_id, id),
  constraint coverages_period check (valid_until >= valid_from),
  constraint coverages_verified check ((verification = 'unverified') = (verified_at is null)),
  constraint coverages_one_in_order exclude using gist (
    organization_id with =, patient_id with =, coverage_order with =, daterange(valid_from, valid_until, '[]') with &&)
    where (status = 'active')
);
comment on table coverages is 'What insures a patient (FHIR Coverage). payer, member_id, group_number and plan are envelopes under the patient''s key.';
comment on column coverages.coverage_order is '1 pays first.';
comment on column coverages.valid_until is 'The last day; null is without an end.';
create index coverages_id on coverages (id);
create index coverages_patient on coverages (organization_id, patient_id);
`;

const CAREGIVERS = `
create table patient_caregivers (
  organization_id int not null references organizations (id),
  id uuid not null,
  patient_id uuid not null,
  name text not null,
  phone text,
  email text,
  relationship text not null
    check (relationship in ('parent', 'child', 'spouse', 'partner', 'sibling', 'relative', 'guardian', 'friend', 'other')),
  may_act boolean not null default false,
  valid_from date not null,
  valid_until date,
  ended_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (organization_id, id),
  foreign key (organization_id, patient_id) references patients (organization_id, id),
  constraint patient_caregivers_period check (valid_until >= valid_from)
);
comment on table patient_caregivers is 'Who cares for a patient at home (FHIR RelatedPerson). name, phone and email are envelopes under the patient''s key.';
comment on column patient_caregivers.may_act is 'May decide for the patient; it opens no door.';
create index patient_caregivers_id on patient_caregivers (id);
create index patient_caregivers_patient on patient_caregivers (organization_id, patient_id);
`;

/** What has ended is not changed; who pays is verified anew when it changes, and by nobody for themselves. */
const RULES = `
create function keep_coverage() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if old.status = 'cancelled' then
      raise exception 'What has ended stays ended' using errcode = 'insufficient_privilege';
    end if;
    if (new.payer, new.member_id, new.group_number, new.plan)
      is distinct from (old.payer, old.member_id, old.group_number, old.plan)
      and not (current_user = 'core_system' and current_setting('app.reencryption', true) = 'on') then
      new.verification := 'unverified';
      new.verified_by := null;
      new.verified_at := null;
    end if;
  end if;
  if current_app_role() = 'patient' and new.verification <> 'unverified'
    and (tg_op = 'INSERT' or new.verification is distinct from old.verification) then
    raise exception 'Nobody verifies their own coverage' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger keep_coverage before insert or update on coverages for each row execute function keep_coverage();
create trigger keep_ended before update on patient_caregivers for each row
  when (old.ended_at is not null) execute function keep_ended();
`;

/**
 * With the first coverage the insurance that was stated with the record is no longer said there: what insures a patient
 * stands in one place. It runs as the owner, because a patient who enters a coverage may not change the record; the lock
 * makes whoever states insurance on the record meanwhile wait, and find the coverage; it is taken before the reference
 * takes its own, or two who enter a coverage at once would wait for each other.
 */
const ONE_TRUTH = `
create function supersede_stated_insurance() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform from patients p where p.organization_id = new.organization_id and p.id = new.patient_id for update;
  update patients p set insurance_provider = null, insurance_member_id = null, insurance_group_number = null,
    version = p.version + 1, updated_at = now()
   where p.organization_id = new.organization_id and p.id = new.patient_id
     and num_nonnulls(p.insurance_provider, p.insurance_member_id, p.insurance_group_number) > 0;
  return new;
end $$;
revoke all on function supersede_stated_insurance() from public;
create trigger supersede_stated_insurance before insert on coverages
  for each row execute function supersede_stated_insurance();
`;

const GRANTS = `
grant select, insert on coverages, patient_caregivers to core_app;
grant update (kind, payer, member_id, group_number, plan, valid_from, valid_until, coverage_order, status, verification,
  verified_by, verified_at, updated_at) on coverages to core_app;
grant update (name, phone, email, relationship, may_act, valid_from, valid_until, ended_at, updated_at)
  on patient_caregivers to core_app;
grant select, insert, update, delete on coverages, patient_caregivers to core_system;
`;

/** As before; what insured the patient and who cared for the patient at home go with the record. */
const ERASE = `
create or replace function erase_patient(erasure uuid, patient uuid, why text) returns setof erasures
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  organization constant int := current_app_org_id();
  record patients;
  keys int;
  person boolean;
  letters uuid[];
begin
  if current_app_role() is distinct from 'compliance' or organization is null then
    raise exception 'Only the compliance role may erase' using errcode = 'insufficient_privilege';
  end if;
  perform lock_legal_holds();
  if exists (select from legal_holds h where h.organization_id = organization and h.lifted_at is null
    and (h.patient_id is null or h.patient_id = patient)) then
    raise exception 'A legal hold is in force' using errcode = 'insufficient_privilege';
  end if;
  select * into record from patients p
   where p.organization_id = organization and p.id = patient and p.deleted_at is null for update;
  if not found then
    return;
  end if;
  delete from patient_keys k where k.organization_id = organization and k.patient_id = patient;
  get diagnostics keys = row_count;
  update patients p set
    first_name = '', last_name = '', date_of_birth = null, email = null, phone = null, external_ehr_id = null,
    address_line1 = null, address_line2 = null, city = null, state = null, zip = null, insurance_provider = null,
    insurance_member_id = null, insurance_group_number = null, last_name_index = '', date_of_birth_index = null,
    email_index = null, phone_index = null, external_ehr_id_index = null, user_id = null,
    version = p.version + 1, updated_at = now(), deleted_at = now()
   where p.organization_id = organization and p.id = patient;
  update care_relationships c set closed_at = now()
   where c.organization_id = organization and c.patient_id = patient and c.closed_at is null;
  update appointments a set contact_name = null, contact_email = null, contact_phone = null, reason = null,
    cancellation_note = null, rating_comment = null, wrapped_key = null
   where a.organization_id = organization and a.patient_id = patient
     and num_nonnulls(contact_name, contact_email, contact_phone, a.reason, cancellation_note, rating_comment,
       a.wrapped_key) > 0;
  letters := array(select m.id from messages m where m.organization_id = organization
    and (m.recipient_patient_id = patient or m.recipient_user_id = record.user_id and not exists (
      select from user_organizations staff where staff.organization_id = organization
        and staff.user_id = record.user_id and staff.role <> 'patient')));
  delete from message_dispatches d where d.organization_id = organization and d.message_id = any(letters);
  delete from messages m where m.organization_id = organization and m.id = any(letters);
  delete from coverages c where c.organization_id = organization and c.patient_id = patient;
  delete from patient_caregivers c where c.organization_id = organization and c.patient_id = patient;
  delete from user_organizations m
   where m.organization_id = organization and m.user_id = record.user_id and m.role = 'patient';
  update patient_persons set wrapped_key = '', sex = null, blood_type = null, allergies = null,
    chronic_conditions = null, updated_at = now()
   where id = record.patient_person_id and user_id is null;
  person := found;
  return query insert into erasures (organization_id, id, patient_id, reason, erased_by, keys_destroyed, person_erased)
    values (organization, erasure, patient, why, current_app_user_id(), keys, person) returning *;
end $$;
`;
