import { attachAudit, enableTenantRls } from '@restartix/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const STAFF = ['assistant', 'org_admin'];
const OWN_PATIENT = 'patient_id = (select current_app_patient_id())';
/** Whoever sees the record: the conditions of its own policies are asked, whatever they are. */
const RECORD_SEEN = `exists (select 1 from patients p
  where p.organization_id = waitlist_entries.organization_id and p.id = waitlist_entries.patient_id)`;

/** Who waits for a time that becomes free. An offer is an appointment that is `booked`: nobody else can have the time. */
export class CreateWaitlist1763650000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await enableTenantRls(runner, 'waitlist_entries', [
      ...(['select', 'insert', 'update'] as const).flatMap((command) => [
        { name: 'own', command, roles: ['patient'], where: OWN_PATIENT },
        { name: 'desk', command, roles: STAFF },
      ]),
      { name: 'in_care', command: 'select', roles: ['specialist'], where: RECORD_SEEN },
      { name: 'read_all', command: 'select', roles: ['compliance'] },
    ]);
    await attachAudit(runner, 'waitlist_entries', 'waitlist_entry', 'patient_id');
    await runner.query(GRANTS);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const TABLES = `
create table waitlist_entries (
  organization_id int not null references organizations (id),
  id uuid not null,
  patient_id uuid not null,
  appointment_type_id uuid not null,
  specialist_id uuid,
  earliest timestamptz,
  latest timestamptz,
  status text not null default 'waiting' check (status in ('waiting', 'offered', 'booked', 'left')),
  appointment_id uuid,
  offer_expires_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (organization_id, id),
  constraint waitlist_entries_order check (earliest < latest),
  constraint waitlist_entries_offer check (
    (status in ('offered', 'booked')) = (appointment_id is not null)
    and (status = 'offered') = (offer_expires_at is not null)),
  foreign key (organization_id, patient_id) references patients (organization_id, id),
  foreign key (organization_id, appointment_type_id) references appointment_types (organization_id, id),
  foreign key (organization_id, specialist_id) references specialists (organization_id, id),
  foreign key (organization_id, appointment_id) references appointments (organization_id, id)
);
create index waitlist_entries_id on waitlist_entries (id);
create index waitlist_entries_patient on waitlist_entries (organization_id, patient_id);
create unique index waitlist_entries_once on waitlist_entries (organization_id, patient_id, appointment_type_id)
  where status in ('waiting', 'offered');
create index waitlist_entries_open on waitlist_entries (organization_id, created_at, id)
  where status in ('waiting', 'offered');
comment on column waitlist_entries.specialist_id is 'With whom; null for anyone.';
comment on column waitlist_entries.appointment_id is 'What is offered, or what was accepted.';
`;

const GRANTS = `
grant select, insert on waitlist_entries to core_app;
grant update (status, appointment_id, offer_expires_at, updated_at) on waitlist_entries to core_app;
grant select, insert, update, delete on waitlist_entries to core_system;
`;
