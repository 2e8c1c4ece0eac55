import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Security events, their alerts and staff activity are made of the audit log, and read by organization. */
export class FeedSecurityAndStaff1763712001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PROJECTIONS);
    await runner.query(SECURITY);
    await runner.query(STAFF);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

/** How many leaves of each log have been read into the tables below; moved in the transaction that fills them. */
const PROJECTIONS = `
create table integrity.projections (
  organization_id int primary key,
  position bigint not null check (position >= 0)
);
grant select, insert, update on integrity.projections to telemetry_writer;
`;

/** Events only grow. Of an alert only what was counted and how it stands changes; one per rule and subject at a time. */
const SECURITY = `
create trigger refuse_change before update or delete on security.security_events
  for each row execute function audit.refuse_change();
create trigger refuse_truncate before truncate on security.security_events
  for each statement execute function audit.refuse_change();
create index security_events_address on security.security_events (organization_id, ip_address, occurred_at desc);
create index security_events_user on security.security_events (organization_id, user_id, occurred_at desc);

alter table security.security_alerts add column subject text not null;
create unique index security_alerts_subject on security.security_alerts (organization_id, rule, subject)
  where status <> 'resolved';
create index security_alerts_raised on security.security_alerts (organization_id, raised_at desc, alert_id desc);

create view security.organization_security_events with (security_barrier = true) as
  select * from security.security_events where organization_id = (select audit.current_app_org_id());
create view security.organization_security_alerts with (security_barrier = true) as
  select * from security.security_alerts where organization_id = (select audit.current_app_org_id());

grant usage on schema security to telemetry_writer, telemetry_reader;
grant select, insert on security.security_events, security.security_alerts to telemetry_writer;
grant update (status, event_count, last_event_at, acknowledged_at, acknowledged_by, resolved_at)
  on security.security_alerts to telemetry_writer;
grant select on security.organization_security_events, security.organization_security_alerts to telemetry_reader;
`;

/** A row counts what one member of staff did with one kind of thing on one day; a patient cannot stand in it. */
const STAFF = `
drop index staff.staff_activity_user;
alter table staff.staff_activity drop column duration_ms;
alter table staff.staff_activity rename column started_at to first_at;
alter table staff.staff_activity
  add column day date not null,
  add column last_at timestamptz(3) not null,
  add column event_count int not null check (event_count > 0),
  alter column resource_type set not null,
  add constraint staff_only check (user_role in ('specialist', 'assistant', 'org_admin', 'compliance', 'superadmin')),
  add constraint staff_activity_once
    unique (organization_id, user_id, day, user_role, activity, resource_type);
create index staff_activity_last on staff.staff_activity (organization_id, last_at desc, activity_id desc);

create view staff.organization_staff_activity with (security_barrier = true) as
  select * from staff.staff_activity where organization_id = (select audit.current_app_org_id());

grant usage on schema staff to telemetry_writer, telemetry_reader;
grant select, insert on staff.staff_activity to telemetry_writer;
grant update (event_count, first_at, last_at) on staff.staff_activity to telemetry_writer;
grant select on staff.organization_staff_activity to telemetry_reader;
`;
