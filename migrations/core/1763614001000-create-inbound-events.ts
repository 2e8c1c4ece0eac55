import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What vendors tell us by webhook: taken in once by its id at the vendor, worked on afterwards. */
export class CreateInboundEvents1763614001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLE);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const TABLE = `
create table inbound_events (
  vendor text not null,
  vendor_event_id text not null,
  type text not null,
  subject text not null,
  occurred_at timestamptz not null,
  payload text not null,
  received_at timestamptz not null default now(),
  attempts smallint not null default 0,
  due_at timestamptz not null default now(),
  outcome text check (outcome in ('done', 'outdated', 'ignored', 'failed')),
  primary key (vendor, vendor_event_id)
);
create index inbound_events_due on inbound_events (due_at) where outcome is null;
create index inbound_events_subject on inbound_events (vendor, subject, occurred_at desc) where outcome = 'done';
comment on column inbound_events.subject is 'The thing it is about, by the vendor''s ids: what is newer about it wins.';
comment on column inbound_events.payload is 'Envelope under the platform key.';
comment on column inbound_events.outcome is 'Null while it waits to be worked on.';
alter table inbound_events enable row level security;
alter table inbound_events force row level security;
create policy system_work on inbound_events for all to core_system using (true);
create policy data_migrations on inbound_events for all to migrator using (true);
grant select, insert, update, delete on inbound_events to core_system;
`;
