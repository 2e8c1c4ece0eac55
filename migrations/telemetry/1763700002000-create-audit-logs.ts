import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The audit log: monthly partitions, or a hypertable where TimescaleDB is present; append-only in both forms. */
export class CreateAuditLogs1763700002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const hypertable = await preparesTimescale(runner);
    await runner.query(table(hypertable ? '' : 'partition by range ("timestamp")'));
    if (hypertable) {
      await runner.query(
        `select create_hypertable('audit.audit_logs', 'timestamp',
           chunk_time_interval => interval '1 month', create_default_indexes => false)`,
      );
    }
    await runner.query(INDEXES);
    await runner.query(APPEND_ONLY);
    await runner.query(READER_VIEW);
    await runner.query(PARTITIONS);
    if (!hypertable) await runner.query(DEFAULT_PARTITION);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

/** Whether TimescaleDB is here; installs it where the server has loaded it (its settings are visible then). */
async function preparesTimescale(runner: QueryRunner): Promise<boolean> {
  const [found] = await runner.query(
    `select exists (select from pg_extension where extname = 'timescaledb') as installed,
            exists (select from pg_available_extensions where name = 'timescaledb')
            and exists (select from pg_settings where name like 'timescaledb.%') as available`,
  );
  if (!found.installed && found.available) await runner.query('create extension timescaledb');
  return found.installed || found.available;
}

/** The standard event and its organization, nothing else: the row rebuilds the bytes its leaf was made from. */
const table = (partitioning: string) => `
create table audit.audit_logs (
  event_id uuid not null,
  "timestamp" timestamptz(3) not null,
  organization_id int not null,
  user_id uuid,
  user_email text,
  user_role text not null,
  action text not null,
  resource_type text not null,
  resource_id text,
  patient_id uuid,
  ip_address inet,
  user_agent text,
  request_id text,
  success boolean not null,
  details jsonb not null,
  primary key (event_id, "timestamp")
) ${partitioning}`;

/** Organization first in every one: a compliance query never walks another organization's entries. */
const INDEXES = `
create index audit_logs_time on audit.audit_logs (organization_id, "timestamp" desc, event_id desc);
create index audit_logs_user on audit.audit_logs (organization_id, user_id, "timestamp" desc);
create index audit_logs_patient on audit.audit_logs (organization_id, patient_id, "timestamp" desc);
create index audit_logs_resource
  on audit.audit_logs (organization_id, resource_type, resource_id, "timestamp" desc);
create index audit_logs_request on audit.audit_logs (organization_id, request_id);
`;

/** Row triggers reach every partition and chunk; TRUNCATE fires statement triggers only, on the table it names. */
const APPEND_ONLY = `
create trigger refuse_change before update or delete on audit.audit_logs
  for each row execute function audit.refuse_change();
create trigger refuse_truncate before truncate on audit.audit_logs
  for each statement execute function audit.refuse_change();
grant select, insert on audit.audit_logs to telemetry_writer;
`;

/**
 * All the reader has: its organization's entries, each with its place in the log, newest first. They are ordered in
 * here because a sort outside of the barrier would read all of them before it gives the first.
 */
const READER_VIEW = `
create view audit.organization_audit_logs with (security_barrier = true) as
  select entry.*, leaf.leaf_index, leaf.leaf_hash
  from audit.audit_logs entry
  join integrity.leaves leaf on leaf.event_id = entry.event_id
  where entry.organization_id = (select audit.current_app_org_id())
  order by entry."timestamp" desc, entry.event_id desc;
grant select on audit.organization_audit_logs to telemetry_reader;
`;

/**
 * Makes the partitions of this month and the months ahead, and gives every partition the trigger that refuses TRUNCATE
 * of it by its own name. It runs as the owner, so that the maintainer needs no right to any table. A month whose rows
 * already lie in the default partition cannot be split off any more: it stays there and is reported. A hypertable
 * makes its own chunks; they only get their trigger here.
 */
const PARTITIONS = `
create function audit.ensure_partitions(months_ahead int)
  returns table (partition_name text, outcome text)
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp set lock_timeout = '5s' as $$
declare
  first_month constant timestamp := date_trunc('month', now() at time zone 'UTC');
  month timestamp;
  unguarded regclass;
begin
  if months_ahead is null or months_ahead not between 0 and 24 then
    raise exception 'months_ahead must be from 0 to 24' using errcode = 'invalid_parameter_value';
  end if;
  perform pg_advisory_xact_lock(1635083376);
  if exists (select from pg_partitioned_table where partrelid = 'audit.audit_logs'::regclass) then
    for ahead in 0 .. months_ahead loop
      month := first_month + make_interval(months => ahead);
      partition_name := 'audit_logs_' || to_char(month, 'YYYY_MM');
      outcome := 'present';
      if to_regclass('audit.' || partition_name) is null then
        begin
          execute format(
            'create table audit.%I partition of audit.audit_logs for values from (%L) to (%L)',
            partition_name, month::text || '+00', (month + interval '1 month')::text || '+00');
          outcome := 'created';
        exception when check_violation then
          outcome := 'held by the default partition';
        end;
      end if;
      return next;
    end loop;
  end if;
  for unguarded in
    select inhrelid from pg_inherits where inhparent = 'audit.audit_logs'::regclass
    and not exists (select from pg_trigger where tgrelid = inhrelid and tgname = 'refuse_truncate')
  loop
    execute format(
      'create trigger refuse_truncate before truncate on %s
         for each statement execute function audit.refuse_change()', unguarded);
  end loop;
end $$;
revoke execute on function audit.ensure_partitions(int) from public;
grant execute on function audit.ensure_partitions(int) to telemetry_maintainer;
`;

/** Takes what no month takes: an event with a stray timestamp is kept, not refused. */
const DEFAULT_PARTITION = `
create table audit.audit_logs_default partition of audit.audit_logs default;
select audit.ensure_partitions(2);
`;
