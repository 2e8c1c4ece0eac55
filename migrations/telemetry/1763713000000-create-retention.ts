import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What decides how long the audit log is kept: legal holds, notices of drops, drops, and the functions that guard them. */
export class CreateRetention1763713000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const [{ hypertable }] = await runner.query(
      `select not exists (select from pg_partitioned_table where partrelid = 'audit.audit_logs'::regclass) as hypertable`,
    );
    await runner.query(TABLES);
    for (const table of APPEND_ONLY) await runner.query(appendOnly(table));
    await runner.query(hypertable ? CHUNKS : PARTITIONS);
    await runner.query(PLAN);
    await runner.query(NOTICE);
    await runner.query(drop(hypertable));
    await runner.query(GRANTS);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

/**
 * legal_holds: nothing of the patient (of the organization where patient_id is null) is dropped until it is lifted.
 * retention_notices: a partition that is due and when that was said, before it may go.
 * retention_drops: what went, of each organization. The event_id of both is the event that says so in the log.
 */
const TABLES = `
create table integrity.legal_holds (
  organization_id int not null,
  hold_id uuid not null,
  patient_id uuid,
  placed_at timestamptz not null default now(),
  primary key (organization_id, hold_id)
);
create table integrity.legal_hold_lifts (
  organization_id int not null,
  hold_id uuid not null,
  lifted_at timestamptz not null default now(),
  primary key (organization_id, hold_id),
  foreign key (organization_id, hold_id) references integrity.legal_holds (organization_id, hold_id)
);
create table integrity.retention_notices (
  partition_name text primary key,
  range_from timestamptz not null,
  range_to timestamptz not null,
  events bigint not null,
  patients bigint not null,
  noticed_at timestamptz(3) not null default now(),
  event_id uuid not null default gen_random_uuid()
);
create table integrity.retention_drops (
  event_id uuid primary key,
  partition_name text not null,
  range_from timestamptz not null,
  range_to timestamptz not null,
  organization_id int not null,
  events bigint not null,
  patients bigint not null,
  dropped_at timestamptz(3) not null default now(),
  unique (partition_name, organization_id)
);
create view integrity.holds_in_force as
  select * from integrity.legal_holds hold
   where not exists (select from integrity.legal_hold_lifts lift
     where lift.organization_id = hold.organization_id and lift.hold_id = hold.hold_id);

-- A hold waits for a drop that is under way, and a drop for the holds that are being placed.
create function integrity.wait_for_drops() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_advisory_xact_lock_shared(1635083377);
  return new;
end $$;
create trigger wait_for_drops before insert on integrity.legal_holds
  for each row execute function integrity.wait_for_drops();
`;

const APPEND_ONLY = ['legal_holds', 'legal_hold_lifts', 'retention_notices', 'retention_drops'];

const appendOnly = (table: string) => `
create trigger refuse_change before update or delete on integrity.${table}
  for each row execute function audit.refuse_change();
create trigger refuse_truncate before truncate on integrity.${table}
  for each statement execute function audit.refuse_change();
`;

/** Partitions of the audit log with their bounds; the default one has none. */
const PARTITIONS = `
create function audit.partitions()
  returns table (partition_name text, relation regclass, range_from timestamptz, range_to timestamptz)
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select c.relname::text, c.oid::regclass,
    (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \\(''([^'']+)''\\)'))[1]::timestamptz,
    (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \\(''([^'']+)''\\)'))[1]::timestamptz
  from pg_inherits i join pg_class c on c.oid = i.inhrelid
  where i.inhparent = 'audit.audit_logs'::regclass
$$;
`;

const CHUNKS = `
create function audit.partitions()
  returns table (partition_name text, relation regclass, range_from timestamptz, range_to timestamptz)
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select chunk_name::text, format('%I.%I', chunk_schema, chunk_name)::regclass, range_start, range_end
  from timescaledb_information.chunks
  where hypertable_schema = 'audit' and hypertable_name = 'audit_logs'
$$;
`;

/**
 * What would become, on a moment, of the partitions that are then past their term: due, held (by a hold of whatever
 * organization that has an event in it: it keeps the whole partition), or kept (the default partition is never
 * dropped). Counts and holds are of one organization where one is given. It waits for a drop that is under way.
 */
const PLAN = `
create function audit.retention_plan(moment timestamptz, retention_days int, organization int default null)
  returns table (partition_name text, range_from timestamptz, range_to timestamptz, events bigint, patients bigint,
    outcome text, held_by uuid[], noticed_at timestamptz)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  part record;
  term constant timestamptz := moment - make_interval(days => retention_days);
  is_held boolean;
begin
  if retention_days is null or retention_days < 2190 then
    raise exception 'Audit events are kept for six years at least' using errcode = 'invalid_parameter_value';
  end if;
  perform pg_advisory_xact_lock_shared(1635083377);
  for part in
    select * from audit.partitions() p where p.range_to <= term or p.range_to is null order by p.range_to, p.partition_name
  loop
    partition_name := part.partition_name;
    range_from := part.range_from;
    range_to := part.range_to;
    execute format(
      'select count(*), count(distinct (organization_id, patient_id)) filter (where patient_id is not null)
         from %s where ($1 is null or organization_id = $1) and "timestamp" < $2', part.relation)
      into events, patients using organization, term;
    if part.range_to is null then
      continue when events = 0;
      outcome := 'kept';
      held_by := '{}';
      noticed_at := null;
      return next;
      continue;
    end if;
    execute format(
      'select coalesce(bool_or(true), false),
          coalesce(array_agg(hold_id order by hold_id) filter (where $1 is null or organization_id = $1), ''{}'')
         from integrity.holds_in_force hold where exists (select from %s entry
           where entry.organization_id = hold.organization_id
             and (hold.patient_id is null or entry.patient_id = hold.patient_id))', part.relation)
      into is_held, held_by using organization;
    outcome := case when is_held then 'held' else 'due' end;
    noticed_at := (select n.noticed_at from integrity.retention_notices n
      where n.partition_name = part.partition_name);
    return next;
  end loop;
end $$;
`;

/** Says of every partition that is due and was not announced yet that it is; answers those. */
const NOTICE = `
create function audit.notice_due_partitions(moment timestamptz, retention_days int)
  returns setof integrity.retention_notices
  language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  insert into integrity.retention_notices (partition_name, range_from, range_to, events, patients)
    select partition_name, range_from, range_to, events, patients
    from audit.retention_plan(least(moment, now()), retention_days) where outcome = 'due' and noticed_at is null
  on conflict (partition_name) do nothing
  returning *
$$;
`;

/**
 * Drops one partition, whole: only past its term, only when it was announced so many days ago, never under a hold.
 * Nothing else in the database drops one. It runs as the owner; the moment may be put back, never forward. Answers what
 * went, a row for each organization in it; nothing when another instance was faster.
 */
const drop = (hypertable: boolean) => `
create function audit.drop_partition(name text, moment timestamptz, retention_days int, notice_days int)
  returns setof integrity.retention_drops
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set lock_timeout = '5s' as $$
declare
  part record;
  planned record;
begin
  if notice_days is null or notice_days < 1 then
    raise exception 'A drop is announced a day before it at least' using errcode = 'invalid_parameter_value';
  end if;
  perform pg_advisory_xact_lock(1635083377);
  select * into part from audit.partitions() p where p.partition_name = name;
  if not found then
    return;
  end if;
  execute format('lock table %s in access exclusive mode', part.relation);
  select * into planned from audit.retention_plan(least(moment, now()), retention_days) p where p.partition_name = name;
  if not found then
    raise exception 'The term of % has not passed', name using errcode = 'insufficient_privilege';
  elsif planned.outcome <> 'due' then
    raise exception 'A legal hold keeps %', name using errcode = 'insufficient_privilege';
  elsif planned.noticed_at is null or planned.noticed_at > least(moment, now()) - make_interval(days => notice_days) then
    raise exception 'The drop of % was not announced in time', name using errcode = 'insufficient_privilege';
  end if;
  return query execute format(
    'insert into integrity.retention_drops
       (event_id, partition_name, range_from, range_to, organization_id, events, patients)
     select gen_random_uuid(), $1, $2, $3, organization_id, count(*), count(distinct patient_id)
     from %s group by organization_id returning *', part.relation) using name, part.range_from, part.range_to;
  ${
    hypertable
      ? `perform public.drop_chunks('audit.audit_logs', older_than => part.range_to, newer_than => part.range_from);`
      : `execute format('drop table %s', part.relation);`
  }
end $$;
`;

const GRANTS = `
grant select, insert on integrity.legal_holds, integrity.legal_hold_lifts to telemetry_writer;
grant select on integrity.retention_drops, integrity.retention_notices to telemetry_writer;
revoke all on function audit.retention_plan(timestamptz, int, int), audit.partitions(), integrity.wait_for_drops(),
  audit.notice_due_partitions(timestamptz, int), audit.drop_partition(text, timestamptz, int, int) from public;
grant execute on function audit.retention_plan(timestamptz, int, int) to telemetry_writer, telemetry_maintainer;
grant execute on function audit.notice_due_partitions(timestamptz, int),
  audit.drop_partition(text, timestamptz, int, int) to telemetry_maintainer;
grant usage on schema audit to telemetry_writer;

-- Rotation of the root key: the maintainer puts another wrapping of the same key in the place of one.
grant usage on schema integrity to telemetry_maintainer;
grant select, update (wrapped_key) on integrity.data_keys, integrity.actor_keys to telemetry_maintainer;
`;
