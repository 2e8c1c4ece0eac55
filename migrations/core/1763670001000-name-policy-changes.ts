import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A change of policy is a `configure` event, whatever the statement was: settings, flags, API keys, roles of staff. */
export class NamePolicyChanges1763670001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ROW_CHANGE);
    for (const [table, resource, kind] of POLICY_TABLES) await runner.query(trigger(table, resource, kind));
    await runner.query(PROCESS_POLICIES);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

/** Every change of the row is one of policy, or, of people's rows, one of a role that is not a patient's. */
type Kind = 'policy' | 'roles';

const POLICY_TABLES: readonly (readonly [table: string, resource: string, kind: Kind])[] = [
  ['organization_settings', 'organization_settings', 'policy'],
  ['feature_flags', 'feature_flag', 'policy'],
  ['api_keys', 'api_key', 'policy'],
  ['user_organizations', 'membership', 'roles'],
  ['users', 'user', 'roles'],
];

const trigger = (table: string, resource: string, kind: Kind): string => `
drop trigger audit on ${table};
create trigger audit after insert or update or delete on ${table}
  for each row execute function audit_row_change('${resource}', '', '${kind}');
`;

const PROCESS_POLICIES = `
create table process_policies (
  process text primary key,
  settings jsonb not null,
  since timestamptz not null
);
comment on table process_policies is 'Limits and terms of sessions a process last started with: what the next start is compared with.';
alter table process_policies enable row level security;
alter table process_policies force row level security;
create policy system_work on process_policies for all to core_system using (true);
create policy data_migrations on process_policies for all to migrator using (true);
grant select, insert, update, delete on process_policies to core_system;
`;

const ROW_CHANGE = `
create or replace function audit_row_change() returns trigger language plpgsql as $$
declare
  before jsonb := case when tg_op = 'INSERT' then '{}' else to_jsonb(old) end;
  after jsonb := case when tg_op = 'DELETE' then '{}' else to_jsonb(new) end;
  row_now jsonb := case when tg_op = 'DELETE' then before else after end;
  changes jsonb;
  organization int;
  is_policy boolean;
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
  is_policy := case coalesce(tg_argv[2], '')
    when 'policy' then true
    when 'roles' then exists (select from (values (changes #>> '{role,old}'), (changes #>> '{role,new}'),
      (changes #>> '{platform_role,old}'), (changes #>> '{platform_role,new}')) as roles (role) where role <> 'patient')
    else false end;
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
    'action', case when is_policy then 'configure'
      when tg_op = 'INSERT' then 'create' when tg_op = 'UPDATE' then 'update' else 'delete' end,
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
