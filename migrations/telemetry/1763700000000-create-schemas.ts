import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Four schemas of records, one of internals, and the two functions that guard them. */
export class CreateSchemas1763700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SCHEMAS);
    await runner.query(GUARDS);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

/** `integrity` may be there already: the list of applied migrations lives in it. */
const SCHEMAS = `
create schema audit;
create schema security;
create schema privacy;
create schema staff;
create schema if not exists integrity;

grant usage on schema audit to telemetry_writer, telemetry_reader, telemetry_maintainer;
grant usage on schema integrity to telemetry_writer;
`;

/** An empty setting reads as null: without a setting a reader belongs to no organization and sees nothing. */
const GUARDS = `
create function audit.current_app_org_id() returns int language sql stable parallel safe
  set search_path = pg_catalog, pg_temp
  as $$ select nullif(current_setting('app.current_org_id', true), '')::int $$;
revoke execute on function audit.current_app_org_id() from public;
grant execute on function audit.current_app_org_id() to telemetry_reader;

create function audit.refuse_change() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  raise exception '% is append-only: % is refused', tg_table_name, lower(tg_op)
    using errcode = 'insufficient_privilege';
end $$;
`;
