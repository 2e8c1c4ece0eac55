import { attachAudit, enableTenantRls } from '@restartix/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Messages to people, written with the change that causes them, and the line in which they wait to be sent. */
export class CreateMessages1763615000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(MESSAGES);
    await enableTenantRls(runner, 'messages', [
      { name: 'write', command: 'insert', roles: ['patient', 'specialist', 'assistant', 'org_admin'] },
      { name: 'read_own', command: 'select', where: 'recipient_user_id = (select current_app_user_id())' },
      { name: 'read_all', command: 'select', roles: ['compliance'] },
    ]);
    await attachAudit(runner, 'messages', 'message', 'recipient_patient_id');
    await runner.query(DISPATCHES);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const MESSAGES = `
create table messages (
  organization_id int not null references organizations (id),
  id uuid not null,
  template text not null,
  channel text not null check (channel in ('email', 'sms', 'push')),
  recipient_user_id uuid references users (id),
  recipient_patient_id uuid,
  data text not null,
  dedupe_key text not null,
  not_before timestamptz not null,
  status text not null default 'waiting' check (status in ('waiting', 'sent', 'failed')),
  sent_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (organization_id, id),
  constraint messages_dedupe_unique unique (organization_id, dedupe_key),
  constraint messages_one_recipient check (num_nonnulls(recipient_user_id, recipient_patient_id) = 1),
  foreign key (organization_id, recipient_patient_id) references patients (organization_id, id)
);
comment on column messages.data is 'Envelope under the organization''s key: what the template needs.';
create index messages_recipient on messages (organization_id, recipient_user_id, created_at desc);
grant select, insert on messages to core_app;
grant select, insert, update, delete on messages to core_system;
`;

/** The line is not one organization's: who sends looks at all of them at once. It holds ids and times only. */
const DISPATCHES = `
create table message_dispatches (
  message_id uuid primary key,
  organization_id int not null,
  due_at timestamptz not null,
  attempts smallint not null default 0,
  foreign key (organization_id, message_id) references messages (organization_id, id)
);
create index message_dispatches_due on message_dispatches (due_at);
alter table message_dispatches enable row level security;
alter table message_dispatches force row level security;
create policy line_up on message_dispatches for insert to core_app
  with check (organization_id = (select current_app_org_id()));
create policy system_work on message_dispatches for all to core_system using (true);
create policy data_migrations on message_dispatches for all to migrator using (true);
grant insert on message_dispatches to core_app;
grant select, insert, update, delete on message_dispatches to core_system;

create function line_up_message() returns trigger language plpgsql as $$
begin
  insert into message_dispatches (message_id, organization_id, due_at)
  values (new.id, new.organization_id, new.not_before);
  return null;
end $$;
create trigger line_up after insert on messages for each row execute function line_up_message();
`;
