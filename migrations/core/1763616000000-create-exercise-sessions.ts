import { attachAudit, enableTenantRls } from '@restartix/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sessions in which patients exercise, and the removal of analytics that a withdrawn consent asks for. */
export class CreateExerciseSessions1763616000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    const own = 'patient_id = (select current_app_patient_id())';
    await enableTenantRls(runner, 'exercise_sessions', [
      { name: 'read_own', command: 'select', roles: ['patient'], where: own },
      { name: 'start_own', command: 'insert', roles: ['patient'], where: own },
      { name: 'end_own', command: 'update', roles: ['patient'], where: own },
      { name: 'read_in_care', command: 'select', roles: ['specialist'], where: IN_CARE },
      { name: 'read_all', command: 'select', roles: ['compliance'] },
    ]);
    await attachAudit(runner, 'exercise_sessions', 'exercise_session', 'patient_id');
    const mine = 'user_id = (select current_app_user_id())';
    await enableTenantRls(runner, 'analytics_withdrawals', [
      { name: 'read_own', command: 'select', where: mine },
      { name: 'ask_own', command: 'insert', where: mine },
    ]);
    await attachAudit(runner, 'analytics_withdrawals', 'analytics_withdrawal');
    await runner.query(CONSENT_BY_ITS_OWNER);
    await runner.query(GRANTS);
    await runner.query(DUE_WITHDRAWALS);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const TABLES = `
create table exercise_sessions (
  organization_id int not null references organizations (id),
  id uuid not null,
  patient_id uuid not null,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  outcome text check (outcome in ('completed', 'abandoned')),
  exercises_planned int check (exercises_planned > 0),
  exercises_completed int check (exercises_completed >= 0),
  primary key (organization_id, id),
  foreign key (organization_id, patient_id) references patients (organization_id, id),
  check ((ended_at is null) = (outcome is null))
);
create index exercise_sessions_patient on exercise_sessions (organization_id, patient_id, started_at desc);

create table analytics_withdrawals (
  organization_id int not null references organizations (id),
  id uuid not null,
  user_id uuid not null references users (id),
  level smallint not null check (level between 0 and 2),
  requested_at timestamptz not null default now(),
  removed_at timestamptz,
  confirmed_at timestamptz,
  rows_removed int not null default 0,
  primary key (organization_id, id),
  check (confirmed_at is null or removed_at is not null)
);
comment on table analytics_withdrawals is 'A consent to analytics that was withdrawn or lowered: what it allowed is removed, and this row is the receipt.';
create index analytics_withdrawals_user on analytics_withdrawals (organization_id, user_id, requested_at desc);
create index analytics_withdrawals_open on analytics_withdrawals (requested_at) where confirmed_at is null;
`;

const IN_CARE = `exists (
  select 1 from care_relationships c
   where c.organization_id = exercise_sessions.organization_id and c.patient_id = exercise_sessions.patient_id
     and c.specialist_id = (select current_app_specialist_id()) and c.closed_at is null)`;

/** A person may add to the record of their own consent; nobody may change what it says. */
const CONSENT_BY_ITS_OWNER = `
create policy requests_insert on user_consents as permissive for insert to core_app
  with check (user_id = (select current_app_user_id()));
comment on policy requests_insert on user_consents is 'give_own';
grant insert on user_consents to core_app;
`;

const GRANTS = `
grant select, insert, update (ended_at, outcome, exercises_completed) on exercise_sessions to core_app;
grant select, insert on analytics_withdrawals to core_app;
grant select, insert, update, delete on exercise_sessions, analytics_withdrawals to core_system;
`;

/** Which removals are due, over all organizations: ids only. A removal is looked after once more when it has settled. */
const DUE_WITHDRAWALS = `
create function due_analytics_withdrawals(settle interval) returns table (organization_id int, id uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select w.organization_id, w.id from analytics_withdrawals w
   where w.confirmed_at is null and (w.removed_at is null or w.requested_at < now() - settle)
   order by w.requested_at limit 100
$$;
grant select on analytics_withdrawals to identity_resolver;
grant create on schema public to identity_resolver;
alter function due_analytics_withdrawals(interval) owner to identity_resolver;
revoke create on schema public from identity_resolver;
revoke all on function due_analytics_withdrawals(interval) from public;
grant execute on function due_analytics_withdrawals(interval) to core_system;
`;
