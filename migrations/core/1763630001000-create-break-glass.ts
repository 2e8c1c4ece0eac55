import { attachAudit, changeTenantRls, enableTenantRls } from '@restartix/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Break-glass: a stated reason opens one record to one session for a short time, and somebody looks at it afterwards. */
export class CreateBreakGlass1763630001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    const own = 'user_id = (select current_app_user_id())';
    const openers = ['specialist', 'superadmin'];
    await enableTenantRls(runner, 'break_glass_sessions', [
      { name: 'read_own', command: 'select', roles: openers, where: own },
      {
        name: 'open_own',
        command: 'insert',
        roles: openers,
        where: `${own} and role = (select current_app_role())`,
      },
      { name: 'close_own', command: 'update', roles: openers, where: own },
      { name: 'read_all', command: 'select', roles: ['compliance'] },
    ]);
    await attachAudit(runner, 'break_glass_sessions', 'break_glass', 'patient_id');
    await enableTenantRls(runner, 'break_glass_reviews', [
      { name: 'read_all', command: 'select', roles: ['compliance'] },
      {
        name: 'review',
        command: 'insert',
        roles: ['compliance'],
        where: 'reviewed_by = (select current_app_user_id())',
      },
    ]);
    await attachAudit(runner, 'break_glass_reviews', 'break_glass_review');
    await runner.query(GRANTS);
    await runner.query(GRANTED);
    await runner.query(RESOLVE_IDENTITY);
    await openRecords(runner);
    await changeTenantRls(runner, 'messages', [
      { name: 'write', command: 'insert', roles: ['patient', 'specialist', 'assistant', 'org_admin'] },
      {
        name: 'tell_of_break_glass',
        command: 'insert',
        roles: ['superadmin'],
        where: `template = 'break_glass.opened'`,
      },
      { name: 'read_own', command: 'select', where: 'recipient_user_id = (select current_app_user_id())' },
      { name: 'read_all', command: 'select', roles: ['compliance'] },
    ]);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const TABLES = `
create table break_glass_sessions (
  organization_id int not null references organizations (id),
  id uuid not null,
  user_id uuid not null references users (id),
  role text not null check (role in ('specialist', 'superadmin')),
  session_id uuid not null references sessions (id),
  patient_id uuid not null,
  purpose text not null
    check (purpose in ('emergency', 'support_ticket', 'security_incident', 'data_subject_request')),
  reason text not null,
  opened_at timestamptz not null default now(),
  expires_at timestamptz not null,
  closed_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, patient_id) references patients (organization_id, id),
  constraint break_glass_sessions_short check (expires_at > opened_at and expires_at <= opened_at + interval '1 hour'),
  constraint break_glass_sessions_one_at_a_time exclude using gist (
    organization_id with =, session_id with =, patient_id with =,
    tstzrange(opened_at, greatest(opened_at, least(expires_at, closed_at))) with &&)
);
create index break_glass_sessions_open on break_glass_sessions (session_id) where closed_at is null;
create index break_glass_sessions_newest on break_glass_sessions (organization_id, opened_at desc, id);
comment on column break_glass_sessions.session_id is 'The session it was opened in: no other of the same user sees by it.';
comment on column break_glass_sessions.reason is 'Envelope under the organization''s key.';

create table break_glass_reviews (
  organization_id int not null references organizations (id),
  id uuid not null,
  break_glass_id uuid not null,
  reviewed_by uuid not null references users (id),
  verdict text not null check (verdict in ('justified', 'unjustified')),
  note text not null,
  reviewed_at timestamptz not null default now(),
  primary key (organization_id, id),
  constraint break_glass_reviews_one_each unique (organization_id, break_glass_id, reviewed_by),
  foreign key (organization_id, break_glass_id) references break_glass_sessions (organization_id, id)
);
comment on column break_glass_reviews.note is 'Envelope under the organization''s key.';
`;

const GRANTS = `
grant select, insert, update (closed_at) on break_glass_sessions to core_app;
grant select, insert on break_glass_reviews to core_app;
grant select, insert, update, delete on break_glass_sessions, break_glass_reviews to core_system;
create function keep_ended() returns trigger language plpgsql as $$
begin
  raise exception 'What has ended stays ended' using errcode = 'insufficient_privilege';
end $$;
create trigger keep_ended before update of closed_at on break_glass_sessions for each row
  when (old.closed_at is not null) execute function keep_ended();
`;

/**
 * The patients whose records are open to the caller by what the request says is open: the ids it names (app.break_glass,
 * with commas) count for their own user, role and organization, until they end.
 */
const GRANTED = `
create function current_app_break_glass() returns uuid[]
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(array_agg(b.patient_id), '{}') from break_glass_sessions b
   where b.organization_id = current_app_org_id() and b.user_id = current_app_user_id()
     and b.role = current_app_role()
     and b.id = any(string_to_array(nullif(current_setting('app.break_glass', true), ''), ',')::uuid[])
     and b.closed_at is null and b.opened_at <= current_app_time() and b.expires_at > current_app_time()
$$;
create function resolve_record_organization(asked uuid) returns int
language sql stable security definer set search_path = public, pg_temp as $$
  select min(organization_id) from patients
   where id = asked and deleted_at is null and current_app_role() = 'superadmin' having count(*) = 1
$$;
comment on function resolve_record_organization(uuid) is 'Whose patient a superadmin asks to be shown: no request names an organization.';
grant select on break_glass_sessions to identity_resolver;
grant create on schema public to identity_resolver;
alter function current_app_break_glass() owner to identity_resolver;
alter function resolve_record_organization(uuid) owner to identity_resolver;
revoke create on schema public from identity_resolver;
revoke all on function current_app_break_glass(), resolve_record_organization(uuid) from public;
grant execute on function current_app_break_glass(), resolve_record_organization(uuid) to core_app;
`;

/** What is open to the session comes with who and where: no further question per request. Null is nearly always. */
const RESOLVE_IDENTITY = `
drop function resolve_identity(text, text, text, text);
create function resolve_identity(token_issuer text, token_subject text, token_organization text, token_session text)
returns table (
  user_id uuid, email text, platform_role text, organization_id int, role text,
  session_id uuid, started_at timestamptz, authenticated_at timestamptz, mfa_at timestamptz, factors text[],
  last_active_at timestamptz, end_reason text, break_glass jsonb)
language sql stable security definer set search_path = public, pg_temp as $$
  select u.id, u.email, u.platform_role, o.id, m.role,
         s.id, s.started_at, s.authenticated_at, s.mfa_at, s.factors, s.last_active_at, s.end_reason,
         (select jsonb_agg(jsonb_build_object('id', b.id, 'role', b.role, 'organizationId', b.organization_id,
             'patientId', b.patient_id, 'expiresAt', extract(epoch from b.expires_at) * 1000) order by b.opened_at desc)
            from break_glass_sessions b
           where b.session_id = s.id and b.closed_at is null and b.expires_at > now())
    from user_identities i
    join users u on u.id = i.user_id
    left join organizations o on o.identity_organization = token_organization
    left join user_organizations m on m.organization_id = o.id and m.user_id = u.id
    left join sessions s on s.issuer = token_issuer and s.identity_session = token_session
         and (s.user_id = u.id or s.user_id is null)
   where i.issuer = token_issuer and i.subject = token_subject
$$;
grant create on schema public to identity_resolver;
alter function resolve_identity(text, text, text, text) owner to identity_resolver;
revoke create on schema public from identity_resolver;
revoke all on function resolve_identity(text, text, text, text) from public;
grant execute on function resolve_identity(text, text, text, text) to core_app;
`;

const OWN_PATIENT = 'patient_id = (select current_app_patient_id())';

const inCare = (table: string, patient: string): string => `exists (
  select 1 from care_relationships c
   where c.organization_id = ${table}.organization_id and c.patient_id = ${table}.${patient}
     and c.specialist_id = (select current_app_specialist_id()) and c.closed_at is null
     and c.opened_at <= (select current_app_time())
     and (c.expires_at is null or c.expires_at > (select current_app_time())))`;

/** Whoever has opened nothing pays for no look. */
const opened = (patient: string): string =>
  `${patient} = any((select case when current_setting('app.break_glass', true) <> ''
     then current_app_break_glass() end)::uuid[])`;

async function openRecords(runner: QueryRunner): Promise<void> {
  const recordInCare = inCare('patients', 'id');
  const staff = ['assistant', 'org_admin'];
  const openers = ['specialist', 'superadmin'];
  const own = 'user_id = (select current_app_user_id())';
  await changeTenantRls(runner, 'patients', [
    { name: 'read_own', command: 'select', roles: ['patient'], where: own },
    { name: 'read_in_care', command: 'select', roles: ['specialist'], where: recordInCare },
    { name: 'read_opened', command: 'select', roles: openers, where: opened('id') },
    { name: 'read_all', command: 'select', roles: [...staff, 'compliance'] },
    { name: 'create_record', command: 'insert', roles: ['specialist', ...staff] },
    { name: 'change_in_care', command: 'update', roles: ['specialist'], where: recordInCare },
    { name: 'change_contact', command: 'update', roles: staff },
  ]);
  const keyInCare = inCare('patient_keys', 'patient_id');
  await changeTenantRls(runner, 'patient_keys', [
    { name: 'read_own', command: 'select', roles: ['patient'], where: OWN_PATIENT },
    { name: 'read_in_care', command: 'select', roles: ['specialist'], where: keyInCare },
    { name: 'read_opened', command: 'select', roles: openers, where: opened('patient_id') },
    { name: 'read_all', command: 'select', roles: [...staff, 'compliance'] },
    { name: 'create_record', command: 'insert', roles: ['specialist', ...staff] },
  ]);
}
