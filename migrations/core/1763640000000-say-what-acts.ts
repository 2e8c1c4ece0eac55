import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The audit trigger says what the application says of who acts besides (`app.actor_details`), in every event. */
export class SayWhatActs1763640000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ROW_CHANGE);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const ROW_CHANGE = `
create or replace function audit_row_change() returns trigger language plpgsql as $$
declare
  before jsonb := case when tg_op = 'INSERT' then '{}' else to_jsonb(old) end;
  after jsonb := case when tg_op = 'DELETE' then '{}' else to_jsonb(new) end;
  row_now jsonb := case when tg_op = 'DELETE' then before else after end;
  changes jsonb;
  organization int;
  reason text := nullif(current_setting('app.system_reason', true), '');
begin
  select jsonb_object_agg(name, jsonb_strip_nulls(jsonb_build_object('old', before -> name, 'new', after -> name)))
    into changes
    from jsonb_object_keys(before || after) as name
   where before -> name is distinct from after -> name
     and coalesce(before -> name, 'null') is distinct from coalesce(after -> name, 'null')
     and name not in ('created_at', 'updated_at', 'organization_id')
     and name not like '%\\_index' and name not like 'wrapped\\_%';
  if changes is null then
    return null;
  end if;
  if tg_op = 'UPDATE' and current_user = 'core_system' and current_setting('app.reencryption', true) = 'on'
    and not exists (select from jsonb_each(changes) as change
      where coalesce(change.value ->> 'old', '') !~ '^e1[.]' or coalesce(change.value ->> 'new', '') !~ '^e1[.]') then
    return null;
  end if;
  organization := coalesce(
    case when tg_table_name = 'organizations' then (row_now ->> 'id')::int else (row_now ->> 'organization_id')::int end,
    current_app_org_id(), 0);
  insert into audit_outbox (organization_id, event) values (organization, jsonb_build_object(
    'event_id', uuid_v7(),
    'timestamp', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'organization_id', organization,
    'user_id', current_app_user_id(),
    'user_email', nullif(current_setting('app.user_email', true), ''),
    'user_role', coalesce(current_app_role(), 'system'),
    'action', case tg_op when 'INSERT' then 'create' when 'UPDATE' then 'update' else 'delete' end,
    'resource_type', tg_argv[0],
    'resource_id', coalesce(row_now ->> 'id', row_now ->> 'user_id'),
    'patient_id', case when tg_argv[1] <> '' then row_now ->> tg_argv[1] end,
    'ip_address', nullif(current_setting('app.client_address', true), ''),
    'user_agent', nullif(current_setting('app.user_agent', true), ''),
    'request_id', nullif(current_setting('app.request_id', true), ''),
    'success', true,
    'details', coalesce(nullif(current_setting('app.actor_details', true), '')::jsonb, '{}')
      || jsonb_strip_nulls(jsonb_build_object('changes', changes, 'description', reason))));
  return null;
end $$;
`;
