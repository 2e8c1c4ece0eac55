import { changeTenantRls } from '@restartix/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const OWN_PATIENT = 'patient_id = (select current_app_patient_id())';
const IN_CARE = '(select current_app_cares_for(patient_id))';
const RECORD_SEEN = `exists (select 1 from patients p
  where p.organization_id = patient_consents.organization_id and p.id = patient_consents.patient_id)`;
/**
 * Staff say who recorded it: themselves. That a profile is shared opens what other organizations wrote, so no clinic may
 * say it for a patient.
 */
const AT_THE_DESK = `recorded_by = (select current_app_user_id()) and kind <> 'profile_sharing'`;

/** Consents that were signed on paper and withdrawals that were told, as somebody of the staff recorded them. */
export class RecordConsentsAtTheDesk1763695000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(COLUMNS);
    await changeTenantRls(runner, 'patient_consents', [
      { name: 'read_own', command: 'select', roles: ['patient'], where: OWN_PATIENT },
      {
        name: 'sign',
        command: 'insert',
        roles: ['patient'],
        where: `${OWN_PATIENT} and recorded_by is null`,
      },
      { name: 'withdraw', command: 'update', roles: ['patient'], where: OWN_PATIENT },
      {
        ...{ name: 'of_records_seen', command: 'select', roles: ['specialist', 'assistant', 'org_admin'] },
        where: RECORD_SEEN,
      },
      { name: 'read_all', command: 'select', roles: ['compliance'] },
      { name: 'record', command: 'insert', roles: ['specialist'], where: `${IN_CARE} and ${AT_THE_DESK}` },
      {
        ...{ name: 'record', command: 'insert', roles: ['assistant', 'org_admin'] },
        where: `${RECORD_SEEN} and ${AT_THE_DESK}`,
      },
      { name: 'record_withdrawal', command: 'update', roles: ['specialist'], where: IN_CARE },
      {
        ...{ name: 'record_withdrawal', command: 'update', roles: ['assistant', 'org_admin'] },
        where: RECORD_SEEN,
      },
    ]);
    await runner.query(RULES);
    await runner.query(EFFECTS);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const COLUMNS = `
alter table patient_consents
  add column signed_on date,
  add column recorded_by uuid references users (id),
  add column withdrawal_told_on date,
  add column withdrawal_recorded_by uuid references users (id),
  add constraint patient_consents_on_paper check ((signed_on is null) = (recorded_by is null)),
  add constraint patient_consents_told check ((withdrawal_told_on is null) = (withdrawal_recorded_by is null)
    and (withdrawal_told_on is null or withdrawn_at is not null)),
  add constraint patient_consents_told_after check (withdrawal_told_on >= signed_on);
comment on column patient_consents.given_at is 'When it began to count here; one on paper: when it was recorded.';
comment on column patient_consents.signed_on is 'The day on the paper; null: the patient gave it in person.';
comment on column patient_consents.recorded_by is 'Who of the staff recorded the paper.';
comment on column patient_consents.withdrawal_told_on is 'The day a withdrawal was told; null: the patient withdrew in person.';
grant update (withdrawal_told_on, withdrawal_recorded_by) on patient_consents to core_app;
`;

/** A withdrawal is final, and says who recorded it; the patient's own says nobody. */
const RULES = `
create function keep_withdrawal() returns trigger language plpgsql as $$
begin
  if old.withdrawn_at is not null then
    raise exception 'What was withdrawn stays withdrawn' using errcode = 'insufficient_privilege';
  end if;
  if current_user = 'core_app' and new.withdrawal_recorded_by is distinct from
    (case when current_app_role() <> 'patient' then current_app_user_id() end) then
    raise exception 'A withdrawal is recorded under the own name' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger keep_withdrawal before update on patient_consents for each row execute function keep_withdrawal();
`;

/** As before; what was signed on paper holds since the day on it. */
const EFFECTS = `
create or replace function apply_consent() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  holds constant boolean := new.withdrawn_at is null;
  since constant timestamptz := case when holds then coalesce(new.signed_on::timestamp at time zone 'UTC', new.given_at) end;
begin
  update patients p set
    profile_shared = case new.kind when 'profile_sharing' then holds else p.profile_shared end,
    recording_consent = case new.kind when 'recording' then holds else p.recording_consent end,
    hipaa_consent_date = case new.kind when 'hipaa' then since else p.hipaa_consent_date end,
    telehealth_consent_date = case new.kind when 'telehealth' then since else p.telehealth_consent_date end,
    version = p.version + 1, updated_at = now()
   where p.organization_id = new.organization_id and p.id = new.patient_id
     and new.kind in ('profile_sharing', 'recording', 'hipaa', 'telehealth');
  return null;
end $$;
`;
