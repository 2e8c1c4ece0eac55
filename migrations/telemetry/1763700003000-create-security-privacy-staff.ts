import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The other five records. Nobody holds a right to them until the feature that writes them comes. */
export class CreateSecurityPrivacyStaff1763700003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SECURITY);
    await runner.query(PRIVACY);
    await runner.query(STAFF);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const SECURITY = `
create table security.security_events (
  event_id uuid primary key,
  organization_id int not null,
  occurred_at timestamptz(3) not null,
  kind text not null,
  severity text not null check (severity in ('info', 'low', 'medium', 'high', 'critical')),
  user_id uuid,
  ip_address inet,
  country text,
  request_id text,
  details jsonb not null default '{}'
);
create index security_events_time on security.security_events (organization_id, occurred_at desc);

create table security.security_alerts (
  alert_id uuid primary key,
  organization_id int not null,
  rule text not null,
  severity text not null check (severity in ('low', 'medium', 'high', 'critical')),
  status text not null default 'open' check (status in ('open', 'acknowledged', 'resolved')),
  subject_user_id uuid,
  event_count int not null default 1 check (event_count > 0),
  first_event_at timestamptz(3) not null,
  last_event_at timestamptz(3) not null,
  raised_at timestamptz(3) not null default now(),
  acknowledged_at timestamptz(3),
  acknowledged_by uuid,
  resolved_at timestamptz(3),
  details jsonb not null default '{}'
);
create index security_alerts_open on security.security_alerts (organization_id, status, raised_at desc);
`;

/** A client inside an excluded network has consent level 0, whatever it consented to. */
const PRIVACY = `
create table privacy.ccpa_exclusions (
  network cidr primary key,
  exclusion_type text not null,
  provider text not null,
  last_sync_id uuid not null,
  added_at timestamptz not null default now()
);
create index ccpa_exclusions_network on privacy.ccpa_exclusions using gist (network inet_ops);

create table privacy.exclusion_syncs (
  sync_id uuid primary key,
  provider text not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  status text not null check (status in ('running', 'succeeded', 'failed')),
  added int not null default 0,
  removed int not null default 0,
  failure_reason text
);
`;

const STAFF = `
create table staff.staff_activity (
  activity_id uuid primary key,
  organization_id int not null,
  user_id uuid not null,
  user_role text not null,
  activity text not null,
  resource_type text,
  started_at timestamptz(3) not null,
  duration_ms int check (duration_ms >= 0)
);
create index staff_activity_user on staff.staff_activity (organization_id, user_id, started_at desc);
`;
