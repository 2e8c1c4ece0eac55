-- Roles of the main database. Run once as superuser inside the database; running it again changes nothing.
-- Passwords are set by whoever runs it: alter role core_app password '…'.
do $$
declare
  name text;
begin
  foreach name in array array['migrator', 'core_app', 'core_system', 'outbox_relay'] loop
    if not exists (select from pg_roles where rolname = name) then
      execute format('create role %I login nosuperuser nocreatedb nocreaterole nobypassrls', name);
    end if;
  end loop;
  -- Owns exactly the functions that turn a token, a host name or a published appointment type into ids.
  if not exists (select from pg_roles where rolname = 'identity_resolver') then
    create role identity_resolver nologin bypassrls;
  end if;
end $$;

grant identity_resolver to migrator;

do $$
begin
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect, temporary, create on database %I to migrator', current_database());
  execute format('grant connect on database %I to core_app, core_system, outbox_relay', current_database());
end $$;

revoke all on schema public from public;
grant usage, create on schema public to migrator with grant option;
grant usage on schema public to core_app, core_system, outbox_relay, identity_resolver;
