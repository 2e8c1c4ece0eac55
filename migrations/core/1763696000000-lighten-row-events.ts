import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The event of a row's change costs every change of every row. Columns are walked once and compared once; what asks a
 * table is asked only where its answer counts; and what every event of a unit of work says alike comes in one setting,
 * app.event_base: address, request and details of who acts. Each function an expression names is looked up and its
 * rights are checked in every transaction, which was most of the cost. What the events say is as before.
 */
export class LightenRowEvents1763696000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ROW_CHANGE);
    await runner.query(ORGANIZATIONS);
    await runner.query(DEPTH);
    const asked = `select current_setting('server_version_num')::int >= 180000 as is_built_in`;
    const [server] = (await runner.query(asked)) as { is_built_in: boolean }[];
    if (server?.is_built_in) await runner.query(UUID_V7);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

/**
 * As in KeepEventsProvable, but of the details only: nothing else of an event holds an object or a list that the store
 * would take. In a function, because a constraint is read anew from its text by every statement, this path the longer.
 */
const DEPTH = `
create function audit_event_is_provable(event jsonb) returns boolean language plpgsql immutable as $$
begin
  return not jsonb_path_exists(
    event -> 'details', 'strict $.**{30 to last} ? (@.type() == "object" || @.type() == "array")');
end $$;
grant execute on function audit_event_is_provable(jsonb) to public;
alter table audit_outbox drop constraint audit_outbox_event_depth;
alter table audit_outbox add constraint audit_outbox_event_depth
  check (audit_event_is_provable(event)) not valid;
`;

/** The same ids in one call, where written out they take thirteen. */
const UUID_V7 = `-- PostgreSQL 18 and up
create or replace function uuid_v7() returns uuid language sql volatile parallel safe as $$ select uuidv7() $$;
`;

const ROW_CHANGE = `
create or replace function audit_row_change() returns trigger language plpgsql as $$
declare
  before jsonb;
  row_now jsonb;
  changes jsonb;
  organization int;
  action text := 'update';
  base jsonb := coalesce(nullif(current_setting('app.event_base', true), ''),
    '{"user_email": null, "ip_address": null, "user_agent": null, "request_id": null}');
begin
  if tg_op = 'UPDATE' then
    before := to_jsonb(old);
    row_now := to_jsonb(new);
    select jsonb_object_agg(key, jsonb_strip_nulls(jsonb_build_object('old', before -> key, 'new', value)))
      into changes
      from jsonb_each(row_now)
     where value is distinct from before -> key
       and key not in ('created_at', 'updated_at', 'organization_id')
       and key not like '%\\_index' and key not like 'wrapped\\_%';
  else
    row_now := case when tg_op = 'INSERT' then to_jsonb(new) else to_jsonb(old) end;
    action := case when tg_op = 'INSERT' then 'create' else 'delete' end;
    select jsonb_strip_nulls(jsonb_object_agg(key,
        jsonb_build_object(case when tg_op = 'INSERT' then 'new' else 'old' end, value)))
      into changes
      from jsonb_each(row_now)
     where value <> 'null'
       and key not in ('created_at', 'updated_at', 'organization_id')
       and key not like '%\\_index' and key not like 'wrapped\\_%';
  end if;
  if changes is null then
    return null;
  end if;
  if current_setting('app.reencryption', true) = 'on' then
    if tg_op = 'UPDATE' and current_user = 'core_system' and not exists (select from jsonb_each(changes) as change
      where coalesce(change.value ->> 'old', '') !~ '^e1[.]' or coalesce(change.value ->> 'new', '') !~ '^e1[.]') then
      return null;
    end if;
  end if;
  organization := coalesce((row_now ->> 'organization_id')::int, current_app_org_id(), 0);
  if tg_nargs > 2 then
    if tg_argv[2] = 'organization' then
      organization := row_now ->> 'id';
    elsif tg_argv[2] = 'policy' or exists (
      select from (values (changes #>> '{role,old}'), (changes #>> '{role,new}'),
        (changes #>> '{platform_role,old}'), (changes #>> '{platform_role,new}')) as roles (role)
       where role <> 'patient') then
      action := 'configure';
    end if;
  end if;
  insert into audit_outbox (organization_id, event) values (organization, base || jsonb_build_object(
    'event_id', uuid_v7(),
    'timestamp', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'organization_id', organization,
    'user_id', current_app_user_id(),
    'user_role', coalesce(current_app_role(), 'system'),
    'action', action,
    'resource_type', tg_argv[0],
    'resource_id', coalesce(row_now ->> 'id', row_now ->> 'user_id'),
    'patient_id', row_now ->> tg_argv[1],
    'success', true,
    'details', coalesce(base -> 'details', '{}') || jsonb_build_object('changes', changes)));
  return null;
end $$;
`;

/** The row of an organization is its own; said to the function, which else would ask for the table's name every time. */
const ORGANIZATIONS = `
drop trigger audit on organizations;
create trigger audit after insert or update or delete on organizations
  for each row execute function audit_row_change('organization', '', 'organization');
`;
