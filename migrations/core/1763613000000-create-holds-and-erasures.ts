import { attachAudit, enableTenantRls } from '@restartix/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Legal holds, erasures, and the one function that erases a patient. */
export class CreateHoldsAndErasures1763613000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    const roles = ['compliance'];
    await enableTenantRls(runner, 'legal_holds', [
      { name: 'read_all', command: 'select', roles },
      { name: 'place', command: 'insert', roles },
      { name: 'lift', command: 'update', roles },
    ]);
    await attachAudit(runner, 'legal_holds', 'legal_hold', 'patient_id');
    await enableTenantRls(runner, 'erasures', [{ name: 'read_all', command: 'select', roles }]);
    await attachAudit(runner, 'erasures', 'erasure', 'patient_id');
    await runner.query(ERASE);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const TABLES = `
create table legal_holds (
  organization_id int not null references organizations (id),
  id uuid not null,
  patient_id uuid,
  reason text not null,
  placed_by uuid not null references users (id),
  placed_at timestamptz not null default now(),
  lift_reason text,
  lifted_by uuid references users (id),
  lifted_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, patient_id) references patients (organization_id, id),
  check ((lifted_at is null) = (lifted_by is null) and (lifted_at is null) = (lift_reason is null))
);
comment on table legal_holds is 'Nothing of the patient, or of the whole organization where patient_id is null, may be destroyed. Reasons are envelopes under the organization''s key.';
create index legal_holds_placed on legal_holds (organization_id, placed_at desc, id);
create index legal_holds_in_force on legal_holds (organization_id, patient_id) where lifted_at is null;

create table erasures (
  organization_id int not null references organizations (id),
  id uuid not null,
  patient_id uuid not null,
  reason text not null,
  erased_by uuid not null references users (id),
  erased_at timestamptz not null default now(),
  keys_destroyed int not null,
  person_erased boolean not null,
  primary key (organization_id, id),
  unique (organization_id, patient_id),
  foreign key (organization_id, patient_id) references patients (organization_id, id)
);
comment on table erasures is 'Patients whose key was destroyed, and who decided it. The reason is an envelope under the organization''s key.';

grant select, insert, update (lift_reason, lifted_by, lifted_at) on legal_holds to core_app;
grant select on erasures to core_app;
grant select, insert, update on legal_holds, erasures to core_system;
`;

/**
 * Destroys a patient's keys and empties the record, for the compliance role, never under a hold: what other rows and
 * the audit trail hold of the patient cannot be read any more. It runs as the owner, so that no role of a request needs
 * the right to delete. The person behind the record goes with it unless it has a login: a person without one has this
 * record only. Answers no row where there is no such record. The lock keeps holds of the organization from being placed
 * meanwhile; whoever places one takes it too.
 */
const ERASE = `
create function erase_patient(erasure uuid, patient uuid, why text) returns setof erasures
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  organization constant int := current_app_org_id();
  record patients;
  keys int;
  person boolean;
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
    cancellation_note = null, rating_comment = null
   where a.organization_id = organization and a.patient_id = patient
     and num_nonnulls(contact_name, contact_email, contact_phone, a.reason, cancellation_note, rating_comment) > 0;
  delete from message_dispatches d using messages m
   where m.organization_id = organization and m.recipient_patient_id = patient
     and d.organization_id = organization and d.message_id = m.id;
  delete from messages m where m.organization_id = organization and m.recipient_patient_id = patient;
  delete from user_organizations m
   where m.organization_id = organization and m.user_id = record.user_id and m.role = 'patient';
  update patient_persons set wrapped_key = '', sex = null, blood_type = null, allergies = null,
    chronic_conditions = null, updated_at = now()
   where id = record.patient_person_id and user_id is null;
  person := found;
  return query insert into erasures (organization_id, id, patient_id, reason, erased_by, keys_destroyed, person_erased)
    values (organization, erasure, patient, why, current_app_user_id(), keys, person) returning *;
end $$;

create function lock_legal_holds() returns void language sql volatile
  as $$ select pg_advisory_xact_lock(1635083391, current_app_org_id()) $$;
revoke all on function erase_patient(uuid, uuid, text), lock_legal_holds() from public;
grant execute on function erase_patient(uuid, uuid, text), lock_legal_holds() to core_app;
`;
