-- Roles of the telemetry database. Run once as superuser inside the database; running it again changes nothing.
-- Passwords are set by whoever runs it: alter role telemetry_writer password '…'.
do $$
declare
  name text;
begin
  foreach name in array array['migrator', 'telemetry_writer', 'telemetry_reader', 'telemetry_maintainer'] loop
    if not exists (select from pg_roles where rolname = name) then
      execute format('create role %I login nosuperuser nocreatedb nocreaterole nobypassrls', name);
    end if;
  end loop;
end $$;

-- One URL may serve both: the writer may narrow itself to the reader's view. The other two are never the writer's.
grant telemetry_reader to telemetry_writer;

do $$
begin
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect, temporary, create on database %I to migrator', current_database());
  execute format(
    'grant connect on database %I to telemetry_writer, telemetry_reader, telemetry_maintainer',
    current_database());
end $$;

revoke all on schema public from public;
grant usage, create on schema public to migrator;

-- TimescaleDB where the server has loaded it (its settings are there then); the migrations look for the extension.
do $$
begin
  if exists (select from pg_available_extensions where name = 'timescaledb')
    and exists (select from pg_settings where name like 'timescaledb.%')
  then
    create extension if not exists timescaledb;
  end if;
end $$;
