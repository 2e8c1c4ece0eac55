import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The caller's identity as SQL sees it, time-ordered ids, and the outbox that every change is written to. */
export class CreateFoundations1763600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(IDENTITY);
    await runner.query(UUID_V7);
    await runner.query(OUTBOX);
    await runner.query(ROW_CHANGE);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

/** Empty settings read as null: outside a unit of work nobody is anyone. */
const IDENTITY = `
create function current_app_user_id() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('app.current_user_id', true), '')::uuid $$;
create function current_app_org_id() returns int language sql stable parallel safe
  as $$ select nullif(current_setting('app.current_org_id', true), '')::int $$;
create function current_app_role() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('app.current_role', true), '') $$;
grant execute on function current_app_user_id(), current_app_org_id(), current_app_role() to public;
`;

/** RFC 9562 version 7; written out because PostgreSQL has it built in only from 18 on. */
const UUID_V7 = `
create function uuid_v7() returns uuid language sql volatile parallel safe as $$
  select encode(
    set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid())
        placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
        from 1 for 6),
      52, 1), 53, 1), 'hex')::uuid
$$;
grant execute on function uuid_v7() to public;
`;

const OUTBOX = `
create table audit_outbox (
  position bigint generated always as identity primary key,
  organization_id int not null,
  event jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  attempts smallint not null default 0
);
create table audit_dead_letters (
  position bigint primary key,
  organization_id int not null,
  event jsonb not null,
  created_at timestamptz not null,
  refused_at timestamptz not null default clock_timestamp(),
  reason text not null
);
alter table audit_outbox enable row level security;
alter table audit_outbox force row level security;
alter table audit_dead_letters enable row level security;
alter table audit_dead_letters force row level security;

-- A request may write events of its own organization and of the platform; a superadmin and system work of any.
create policy record_events on audit_outbox for insert to core_app
  with check (organization_id in (0, (select current_app_org_id())) or (select current_app_role()) = 'superadmin');
create policy record_system_events on audit_outbox for insert to core_system with check (true);
create policy deliver on audit_outbox for all to outbox_relay using (true);
create policy dead_letters on audit_dead_letters for insert to outbox_relay with check (true);
create policy migration_events on audit_outbox for insert to migrator with check (true);

grant insert on audit_outbox to core_app, core_system;
grant select, delete, update (attempts) on audit_outbox to outbox_relay;
grant insert on audit_dead_letters to outbox_relay;
`;

/**
 * Row trigger: old → new of every column that changed, with who, for whom and in which request. Envelopes are copied
 * byte for byte; search indexes and wrapped keys are left out. Arguments: resource type, column holding the patient.
 */
const ROW_CHANGE = `
create function audit_row_change() returns trigger language plpgsql as $$
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
    'details', jsonb_strip_nulls(jsonb_build_object('changes', changes, 'description', reason))));
  return null;
end $$;
`;
