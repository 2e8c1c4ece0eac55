import { attachAudit, enableTenantRls } from '@restartix/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What can be booked, with whom, and when they work: wall-clock hours and dated exceptions. */
export class CreateSchedules1763617001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    for (const [table, resource] of [
      ['appointment_types', 'appointment_type'],
      ['appointment_type_specialists', 'appointment_type_specialist'],
    ] as const) {
      await enableTenantRls(runner, table, [
        { name: 'read', command: 'select' },
        { name: 'manage', command: 'insert', roles: ['org_admin'] },
        { name: 'manage', command: 'update', roles: ['org_admin'] },
      ]);
      await attachAudit(runner, table, resource);
    }
    const own = 'specialist_id = (select current_app_specialist_id())';
    const staff = ['assistant', 'org_admin'];
    for (const [table, resource] of [
      ['specialist_weekly_hours', 'schedule'],
      ['specialist_date_overrides', 'schedule'],
    ] as const) {
      await enableTenantRls(runner, table, [
        { name: 'read', command: 'select' },
        { name: 'plan_own', command: 'insert', roles: ['specialist'], where: own },
        { name: 'plan_own', command: 'update', roles: ['specialist'], where: own },
        { name: 'plan', command: 'insert', roles: staff },
        { name: 'plan', command: 'update', roles: staff },
      ]);
      await attachAudit(runner, table, resource);
    }
    await runner.query(GRANTS);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const TABLES = `
create table appointment_types (
  organization_id int not null references organizations (id),
  id uuid not null,
  title text not null,
  description text,
  mode text not null default 'in_person' check (mode in ('in_person', 'video', 'phone')),
  clinic_id uuid,
  specialty_id uuid,
  duration_minutes int not null check (duration_minutes between 5 and 480),
  step_minutes int not null check (step_minutes between 5 and 480),
  buffer_before_minutes int not null default 0 check (buffer_before_minutes between 0 and 240),
  buffer_after_minutes int not null default 0 check (buffer_after_minutes between 0 and 240),
  minimum_notice_minutes int not null default 0 check (minimum_notice_minutes between 0 and 43200),
  horizon_days int not null default 60 check (horizon_days between 1 and 366),
  is_published boolean not null default false,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (organization_id, id),
  foreign key (organization_id, clinic_id) references clinics (organization_id, id),
  foreign key (organization_id, specialty_id) references specialties (organization_id, id)
);
create index appointment_types_id on appointment_types (id);
comment on column appointment_types.clinic_id is 'Where it takes place; null for any place its specialists work.';
comment on column appointment_types.is_published is 'Strangers may see and book it.';

create table appointment_type_specialists (
  organization_id int not null references organizations (id),
  appointment_type_id uuid not null,
  specialist_id uuid not null,
  priority smallint not null default 100,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (organization_id, appointment_type_id, specialist_id),
  foreign key (organization_id, appointment_type_id) references appointment_types (organization_id, id),
  foreign key (organization_id, specialist_id) references specialists (organization_id, id)
);
comment on column appointment_type_specialists.priority is 'Lowest first, when several are free.';

create table specialist_weekly_hours (
  organization_id int not null references organizations (id),
  id uuid not null,
  specialist_id uuid not null,
  clinic_id uuid,
  day_of_week smallint not null check (day_of_week between 1 and 7),
  start_minute smallint not null check (start_minute between 0 and 1439),
  end_minute smallint not null check (end_minute between 0 and 1440 and end_minute <> start_minute),
  removed_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (organization_id, id),
  foreign key (organization_id, specialist_id) references specialists (organization_id, id),
  foreign key (organization_id, clinic_id) references clinics (organization_id, id)
);
create index specialist_weekly_hours_specialist on specialist_weekly_hours (organization_id, specialist_id)
  where removed_at is null;
comment on column specialist_weekly_hours.day_of_week is 'ISO: Monday 1 to Sunday 7.';
comment on column specialist_weekly_hours.end_minute is 'Minutes after local midnight; at or before start_minute it ends on the next day.';

create table specialist_date_overrides (
  organization_id int not null references organizations (id),
  id uuid not null,
  specialist_id uuid not null,
  clinic_id uuid,
  appointment_type_id uuid,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  is_available boolean not null,
  removed_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (organization_id, id),
  constraint specialist_date_overrides_order check (starts_at < ends_at and ends_at <= starts_at + interval '370 days'),
  foreign key (organization_id, specialist_id) references specialists (organization_id, id),
  foreign key (organization_id, clinic_id) references clinics (organization_id, id),
  foreign key (organization_id, appointment_type_id) references appointment_types (organization_id, id)
);
create index specialist_date_overrides_specialist on specialist_date_overrides (organization_id, specialist_id, ends_at)
  where removed_at is null;
`;

const GRANTS = `
grant select, insert, update on appointment_types, appointment_type_specialists, specialist_weekly_hours,
  specialist_date_overrides to core_app;
grant select, insert, update, delete on appointment_types, appointment_type_specialists, specialist_weekly_hours,
  specialist_date_overrides to core_system;
grant select on appointment_types, appointment_type_specialists, specialist_weekly_hours, specialist_date_overrides
  to identity_resolver;
`;
