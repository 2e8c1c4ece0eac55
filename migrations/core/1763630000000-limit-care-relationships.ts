import { changeTenantRls } from '@restartix/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Care with a beginning and an end, handed over and never reopened; outside its period it opens nothing. */
export class LimitCareRelationships1763630000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TIME);
    await runner.query(PERIODS);
    await runner.query(CALLER);
    const own = 'specialist_id = (select current_app_specialist_id())';
    await changeTenantRls(runner, 'care_relationships', [
      { name: 'read_own', command: 'select', roles: ['specialist'], where: own },
      { name: 'close_own', command: 'update', roles: ['specialist'], where: own },
      { name: 'take_new', command: 'insert', roles: ['specialist'], where: `${own} and ${REGISTERED_NOW}` },
      { name: 'share', command: 'insert', roles: ['specialist'], where: CARES_FOR },
      { name: 'read_all', command: 'select', roles: ['assistant', 'org_admin', 'compliance'] },
      { name: 'assign', command: 'insert', roles: ['org_admin'] },
      { name: 'close', command: 'update', roles: ['org_admin'] },
    ]);
    await limitPatients(runner);
    await changeTenantRls(runner, 'exercise_sessions', [
      { name: 'read_own', command: 'select', roles: ['patient'], where: OWN_PATIENT },
      { name: 'start_own', command: 'insert', roles: ['patient'], where: OWN_PATIENT },
      { name: 'end_own', command: 'update', roles: ['patient'], where: OWN_PATIENT },
      {
        name: 'read_in_care',
        command: 'select',
        roles: ['specialist'],
        where: inCare('exercise_sessions', 'patient_id'),
      },
      { name: 'read_all', command: 'select', roles: ['compliance'] },
    ]);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const OWN_PATIENT = 'patient_id = (select current_app_patient_id())';
const CARES_FOR = `reason in ('assignment', 'hand_over') and (select current_app_cares_for(patient_id))`;
const REGISTERED_NOW = `reason = 'assignment' and (select current_app_registers(patient_id))`;

const inCare = (table: string, patient: string): string => `exists (
  select 1 from care_relationships c
   where c.organization_id = ${table}.organization_id and c.patient_id = ${table}.${patient}
     and c.specialist_id = (select current_app_specialist_id()) and c.closed_at is null
     and c.opened_at <= (select current_app_time())
     and (c.expires_at is null or c.expires_at > (select current_app_time())))`;

/** A lab's clock goes ahead of the machine's, never behind: whoever sets it only ends things sooner. */
const TIME = `
create function current_app_time() returns timestamptz language sql stable parallel safe as $$
  select now() + make_interval(secs =>
    greatest(0, coalesce(nullif(current_setting('app.clock_ahead_ms', true), '')::float8, 0)) / 1000)
$$;
grant execute on function current_app_time() to public;
`;

const PERIODS = `
alter table care_relationships drop constraint care_relationships_reason_check;
drop index care_relationships_open;
alter table care_relationships
  add column expires_at timestamptz,
  add column closed_reason text,
  add column from_relationship_id uuid,
  add constraint care_relationships_reason check (reason in ('assignment', 'appointment', 'hand_over')),
  add constraint care_relationships_closed_reason check (closed_reason in ('closed', 'hand_over', 'appointments')),
  add constraint care_relationships_limit check (expires_at > opened_at),
  add constraint care_relationships_from foreign key (organization_id, from_relationship_id)
    references care_relationships (organization_id, id),
  add constraint care_relationships_one_at_a_time exclude using gist (
    organization_id with =, patient_id with =, specialist_id with =,
    tstzrange(opened_at, greatest(opened_at, least(expires_at, closed_at, 'infinity'))) with &&);
create index care_relationships_open on care_relationships (organization_id, patient_id, specialist_id)
  where closed_at is null;
create index care_relationships_newest on care_relationships (organization_id, opened_at desc, id);
comment on column care_relationships.opened_at is 'From when it opens the record; later than now it is planned.';
comment on column care_relationships.expires_at is 'From then on it opens nothing, closed or not; null is without a limit.';
comment on column care_relationships.from_relationship_id is 'The one it was handed over from.';

create function keep_closed() returns trigger language plpgsql as $$
begin
  raise exception 'What is closed stays closed' using errcode = 'insufficient_privilege';
end $$;
create trigger keep_closed before update on care_relationships for each row
  when (old.closed_at is not null) execute function keep_closed();
revoke update on care_relationships from core_app;
grant update (closed_at, closed_reason) on care_relationships to core_app;
`;

/** What the policies of care_relationships must know of that very table, or of a record before it can be seen. */
const CALLER = `
create function current_app_cares_for(asked uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select from care_relationships c
   where c.organization_id = current_app_org_id() and c.patient_id = asked
     and c.specialist_id = current_app_specialist_id() and c.closed_at is null
     and c.opened_at <= current_app_time() and (c.expires_at is null or c.expires_at > current_app_time()))
$$;
create function current_app_registers(asked uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select from patients p
   where p.organization_id = current_app_org_id() and p.id = asked and p.created_at = now())
$$;
comment on function current_app_registers(uuid) is 'Whether the open transaction has made this record.';
grant select on care_relationships to identity_resolver;
grant execute on function current_app_specialist_id() to identity_resolver;
grant create on schema public to identity_resolver;
alter function current_app_cares_for(uuid) owner to identity_resolver;
alter function current_app_registers(uuid) owner to identity_resolver;
revoke create on schema public from identity_resolver;
revoke all on function current_app_cares_for(uuid), current_app_registers(uuid) from public;
grant execute on function current_app_cares_for(uuid), current_app_registers(uuid) to core_app;
`;

async function limitPatients(runner: QueryRunner): Promise<void> {
  const recordInCare = inCare('patients', 'id');
  const staff = ['assistant', 'org_admin'];
  const own = 'user_id = (select current_app_user_id())';
  await changeTenantRls(runner, 'patients', [
    { name: 'read_own', command: 'select', roles: ['patient'], where: own },
    { name: 'read_in_care', command: 'select', roles: ['specialist'], where: recordInCare },
    { name: 'read_all', command: 'select', roles: [...staff, 'compliance'] },
    { name: 'create_record', command: 'insert', roles: ['specialist', ...staff] },
    { name: 'change_in_care', command: 'update', roles: ['specialist'], where: recordInCare },
    { name: 'change_contact', command: 'update', roles: staff },
  ]);
  const keyInCare = inCare('patient_keys', 'patient_id');
  await changeTenantRls(runner, 'patient_keys', [
    { name: 'read_own', command: 'select', roles: ['patient'], where: OWN_PATIENT },
    { name: 'read_in_care', command: 'select', roles: ['specialist'], where: keyInCare },
    { name: 'read_all', command: 'select', roles: [...staff, 'compliance'] },
    { name: 'create_record', command: 'insert', roles: ['specialist', ...staff] },
  ]);
}
