import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Events of notices and drops get ids that say when they were made (UUIDv7), as all others have: once their own
 * partition is gone, it is told from the id that they were in it.
 */
export class DateRetentionEvents1763720000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(DATED_ID);
    for (const table of ['retention_notices', 'retention_drops']) {
      await runner.query(
        `create trigger dated_id before insert on integrity.${table}
           for each row execute function integrity.date_event_id()`,
      );
    }
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

/** The time in the first 48 bits, version 7 in the 13th digit; the rest stays random (RFC 9562). */
const DATED_ID = `
create function integrity.date_event_id() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare
  milliseconds constant bigint := extract(epoch from clock_timestamp()) * 1000;
begin
  new.event_id := (lpad(to_hex(milliseconds), 12, '0') || '7' || substr(replace(new.event_id::text, '-', ''), 14))::uuid;
  return new;
end $$;
revoke execute on function integrity.date_event_id() from public;
`;
