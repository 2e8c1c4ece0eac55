import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The erasure of a patient takes messages to the patient's own login along, as those to the record. */
export class EraseMessagesToALogin1763660001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ERASE);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

/** As before, and messages to the login behind the record go too, unless it works for the organization: then they are work's. */
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
