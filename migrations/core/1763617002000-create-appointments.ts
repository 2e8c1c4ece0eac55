import { attachAudit, enableTenantRls } from '@restartix/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const STAFF = ['assistant', 'org_admin'];
const OWN_SPECIALIST = 'specialist_id = (select current_app_specialist_id())';
const OWN_PATIENT = 'patient_id = (select current_app_patient_id())';

/** Appointments: one specialist is never in two of them, whoever books and however. */
export class CreateAppointments1763617002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create extension if not exists btree_gist');
    await runner.query(TABLES);
    await enableTenantRls(runner, 'appointments', [
      ...(['select', 'insert', 'update'] as const).flatMap((command) => [
        { name: 'own_patient', command, roles: ['patient'], where: OWN_PATIENT },
        { name: 'own_specialist', command, roles: ['specialist'], where: OWN_SPECIALIST },
        { name: 'desk', command, roles: STAFF },
      ]),
      { name: 'read_all', command: 'select', roles: ['compliance'] },
    ]);
    await attachAudit(runner, 'appointments', 'appointment', 'patient_id');
    const seen = `exists (select 1 from appointments a where a.organization_id = appointment_transitions.organization_id
      and a.id = appointment_transitions.appointment_id)`;
    await enableTenantRls(runner, 'appointment_transitions', [
      { name: 'of_what_is_seen', command: 'select', where: seen },
      {
        name: 'of_what_is_seen',
        command: 'insert',
        roles: ['patient', 'specialist', ...STAFF],
        where: seen,
      },
    ]);
    await attachAudit(runner, 'appointment_transitions', 'appointment_transition');
    await runner.query(POLICIES);
    await runner.query(FUNCTIONS);
    await runner.query(GRANTS);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const TABLES = `
create table appointments (
  organization_id int not null references organizations (id),
  id uuid not null,
  version int not null default 1,
  status text not null constraint appointments_status check (status in
    ('booked', 'upcoming', 'confirmed', 'checked_in', 'inprogress', 'done', 'cancelled', 'noshow')),
  appointment_type_id uuid,
  specialist_id uuid not null,
  clinic_id uuid,
  patient_id uuid,
  mode text not null check (mode in ('in_person', 'video', 'phone')),
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  occupied_from timestamptz not null,
  occupied_until timestamptz not null,
  booked_via text not null check (booked_via in ('public', 'staff', 'patient', 'waitlist')),
  hold_id text,
  contact_name text,
  contact_email text,
  contact_phone text,
  reason text,
  cancellation_reason text check (cancellation_reason in
    ('patient_request', 'specialist_unavailable', 'clinic_closed', 'duplicate', 'offer_expired', 'other')),
  cancellation_note text,
  room_name text,
  external_appointment_id text,
  reminder_24h_sent boolean not null default false,
  reminder_1h_sent boolean not null default false,
  rating smallint check (rating between 1 and 5),
  rating_comment text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (organization_id, id),
  constraint appointments_patient_known check (patient_id is not null or status in ('booked', 'cancelled')),
  constraint appointments_order check (starts_at < ends_at and occupied_from <= starts_at and ends_at <= occupied_until),
  constraint appointments_cancelled check (status <> 'cancelled' or cancellation_reason is not null),
  constraint appointments_hold_unique unique (organization_id, hold_id),
  constraint appointments_never_two exclude using gist (
    organization_id with =, specialist_id with =, tstzrange(occupied_from, occupied_until) with &&)
    where (status not in ('cancelled', 'noshow')),
  foreign key (organization_id, appointment_type_id) references appointment_types (organization_id, id),
  foreign key (organization_id, specialist_id) references specialists (organization_id, id),
  foreign key (organization_id, clinic_id) references clinics (organization_id, id),
  foreign key (organization_id, patient_id) references patients (organization_id, id)
);
create index appointments_id on appointments (id);
create index appointments_patient on appointments (organization_id, patient_id, starts_at);
create index appointments_specialist on appointments (organization_id, specialist_id, starts_at);
create index appointments_status on appointments (organization_id, status, starts_at);
create index appointments_specialist_busy on appointments (organization_id, specialist_id, occupied_until)
  where status not in ('cancelled', 'noshow');
create index appointments_reminders on appointments (organization_id, starts_at)
  where status in ('upcoming', 'confirmed') and not (reminder_24h_sent and reminder_1h_sent);
comment on column appointments.contact_name is 'Envelope under the organization''s key, as are contact_email, contact_phone, reason, cancellation_note and rating_comment.';
comment on column appointments.patient_id is 'Null only for a stranger''s booking that is not onboarded.';
comment on column appointments.occupied_from is 'Start with the buffer before it; no two of a specialist may overlap.';

create table appointment_transitions (
  organization_id int not null references organizations (id),
  id uuid not null,
  appointment_id uuid not null,
  from_status text,
  to_status text not null,
  from_starts_at timestamptz,
  to_starts_at timestamptz,
  by_user uuid,
  by_role text not null,
  at timestamptz not null default now(),
  primary key (organization_id, id),
  foreign key (organization_id, appointment_id) references appointments (organization_id, id)
);
create index appointment_transitions_appointment on appointment_transitions (organization_id, appointment_id, at);

alter table care_relationships drop constraint care_relationships_reason_check;
alter table care_relationships add constraint care_relationships_reason_check check (reason in ('assignment', 'appointment'));
`;

/**
 * Care that an appointment opens: by anyone who may book it, only where one ties the two. A stranger's booking may be inserted, and seen by nobody who is not signed in.
 */
const POLICIES = `
create policy open_by_appointment on care_relationships for insert to core_app with check (
  reason = 'appointment' and exists (
    select 1 from appointments a where a.organization_id = care_relationships.organization_id
      and a.patient_id = care_relationships.patient_id and a.specialist_id = care_relationships.specialist_id
      and a.status in ('booked', 'upcoming', 'confirmed', 'checked_in', 'inprogress')));
create policy book_as_a_stranger on appointments for insert to core_app with check (
  (select current_app_role()) = 'anonymous' and patient_id is null and status = 'booked' and booked_via = 'public'
  and hold_id is not null);
create policy book_as_a_stranger on appointment_transitions for insert to core_app with check (
  (select current_app_role()) = 'anonymous' and from_status is null and to_status = 'booked');
`;

/**
 * What anyone may know for choosing a time: the published type, who works when, and when they are not free; never why.
 * Columns named here are the public ones.
 */
const FUNCTIONS = `
create function resolve_appointment_type(type uuid) returns int
language sql stable security definer set search_path = public, pg_temp as $$
  select t.organization_id from appointment_types t
    join organization_settings s on s.organization_id = t.organization_id and s.public_booking
   where t.id = type and t.is_published and t.is_active
$$;

create function scheduling_inputs(type uuid, only_published boolean, range_from timestamptz, range_until timestamptz)
returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select jsonb_build_object(
    'type', jsonb_build_object('id', t.id, 'title', t.title, 'description', t.description, 'mode', t.mode,
      'clinic_id', t.clinic_id, 'duration_minutes', t.duration_minutes, 'step_minutes', t.step_minutes,
      'buffer_before_minutes', t.buffer_before_minutes, 'buffer_after_minutes', t.buffer_after_minutes,
      'minimum_notice_minutes', t.minimum_notice_minutes, 'horizon_days', t.horizon_days),
    'clinics', (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'name', c.name, 'address', c.address,
        'city', c.city, 'timezone', c.timezone, 'business_hours', c.business_hours,
        'holiday_calendar', c.holiday_calendar)), '[]')
      from clinics c where c.organization_id = t.organization_id and c.is_active),
    'specialists', (select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name, 'title', s.title,
        'timezone', s.scheduling_timezone, 'priority', ts.priority) order by ts.priority, s.id), '[]')
      from appointment_type_specialists ts
      join specialists s on s.organization_id = ts.organization_id and s.id = ts.specialist_id
       and s.is_active and s.scheduling_active and s.deleted_at is null and s.scheduling_timezone is not null
       and (s.accepting_new_patients or not only_published)
     where ts.organization_id = t.organization_id and ts.appointment_type_id = t.id and ts.is_active),
    'hours', (select coalesce(jsonb_agg(jsonb_build_array(h.specialist_id, h.clinic_id, h.day_of_week,
        h.start_minute, h.end_minute)), '[]')
      from specialist_weekly_hours h
      join appointment_type_specialists ts on ts.organization_id = h.organization_id
       and ts.specialist_id = h.specialist_id and ts.appointment_type_id = t.id and ts.is_active
     where h.organization_id = t.organization_id and h.removed_at is null),
    'overrides', (select coalesce(jsonb_agg(jsonb_build_array(o.specialist_id, o.clinic_id, o.is_available,
        extract(epoch from o.starts_at) * 1000, extract(epoch from o.ends_at) * 1000)), '[]')
      from specialist_date_overrides o
      join appointment_type_specialists ts on ts.organization_id = o.organization_id
       and ts.specialist_id = o.specialist_id and ts.appointment_type_id = t.id and ts.is_active
     where o.organization_id = t.organization_id and o.removed_at is null
       and (o.appointment_type_id is null or o.appointment_type_id = t.id)
       and o.ends_at > range_from - interval '2 days' and o.starts_at < range_until + interval '2 days'),
    'busy', (select coalesce(jsonb_agg(jsonb_build_array(a.specialist_id,
        extract(epoch from a.occupied_from) * 1000, extract(epoch from a.occupied_until) * 1000)), '[]')
      from appointments a
      join appointment_type_specialists ts on ts.organization_id = a.organization_id
       and ts.specialist_id = a.specialist_id and ts.appointment_type_id = t.id and ts.is_active
     where a.organization_id = t.organization_id and a.status not in ('cancelled', 'noshow')
       and a.occupied_until > range_from - interval '1 day' and a.occupied_from < range_until + interval '1 day'))
    from appointment_types t
   where t.organization_id = current_app_org_id() and t.id = type and t.is_active
     and (t.is_published or not only_published)
$$;
`;

const GRANTS = `
grant select, insert on appointments, appointment_transitions to core_app;
grant update (version, status, appointment_type_id, specialist_id, clinic_id, patient_id, starts_at, ends_at, occupied_from,
  occupied_until, cancellation_reason, cancellation_note, room_name, reminder_24h_sent, reminder_1h_sent, rating,
  rating_comment, updated_at) on appointments to core_app;
grant select, insert, update, delete on appointments, appointment_transitions to core_system;
grant select on appointments to identity_resolver;
grant create on schema public to identity_resolver;
alter function resolve_appointment_type(uuid) owner to identity_resolver;
alter function scheduling_inputs(uuid, boolean, timestamptz, timestamptz) owner to identity_resolver;
revoke create on schema public from identity_resolver;
revoke all on function resolve_appointment_type(uuid) from public;
revoke all on function scheduling_inputs(uuid, boolean, timestamptz, timestamptz) from public;
grant execute on function resolve_appointment_type(uuid) to core_app;
grant execute on function scheduling_inputs(uuid, boolean, timestamptz, timestamptz) to core_app, core_system;
`;
