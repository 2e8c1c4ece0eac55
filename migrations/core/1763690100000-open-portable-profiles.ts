import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The portable profile of a person: all its columns, who changes them, and who is shown them. */
export class OpenPortableProfiles1763690100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(COLUMNS);
    await runner.query(WITH_THE_KEY);
    await runner.query(POLICIES);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const COLUMNS = `
alter table patient_persons
  add column version int not null default 1,
  add column occupation text,
  add column residence text,
  add column emergency_contact_name text,
  add column emergency_contact_phone text;
comment on table patient_persons is 'The portable layer of one human. Every column from sex to emergency_contact_phone is an envelope under wrapped_key.';
comment on column patient_persons.allergies is 'Envelope of a JSON list; null is not stated, an empty list is none.';
comment on column patient_persons.chronic_conditions is 'Envelope of a JSON list; null is not stated, an empty list is none.';
`;

/** Whoever destroys a person's key empties the row, whatever columns it has. */
const WITH_THE_KEY = `
create function empty_without_key() returns trigger language plpgsql as $$
begin
  new.sex := null;
  new.blood_type := null;
  new.allergies := null;
  new.chronic_conditions := null;
  new.occupation := null;
  new.residence := null;
  new.emergency_contact_name := null;
  new.emergency_contact_phone := null;
  return new;
end $$;
create trigger empty_without_key before update on patient_persons for each row
  when (new.wrapped_key = '') execute function empty_without_key();
`;

/**
 * A clinic makes a person and writes nothing of the profile. The owner is shown the own and changes it; staff who act
 * as the owner are not: they are of one organization, the profile of none. An organization is shown what was shared with
 * it while it has the record, and of its specialists those who care for the patient.
 */
const POLICIES = `
revoke insert, update on patient_persons from core_app;
grant insert (id, user_id, wrapped_key) on patient_persons to core_app;
grant update (version, sex, blood_type, allergies, chronic_conditions, occupation, residence, emergency_contact_name,
  emergency_contact_phone, updated_at) on patient_persons to core_app;
create function current_app_is_oneself() returns boolean language sql stable parallel safe
  as $$ select coalesce(current_setting('app.impersonation', true), '') = '' $$;
grant execute on function current_app_is_oneself() to public;
comment on function current_app_is_oneself() is 'False while somebody of the staff acts as a patient.';
drop policy read_own on patient_persons;
drop policy read_shared on patient_persons;
create policy read_own on patient_persons for select to core_app using (
  user_id = (select current_app_user_id()) and (select current_app_is_oneself()));
create policy read_shared on patient_persons for select to core_app using (
  (select current_app_role()) in ('specialist', 'org_admin', 'compliance')
  and exists (select 1 from patients p
    where p.patient_person_id = patient_persons.id and p.profile_shared and p.deleted_at is null
      and ((select current_app_role()) <> 'specialist' or (select current_app_cares_for(p.id)))));
`;
