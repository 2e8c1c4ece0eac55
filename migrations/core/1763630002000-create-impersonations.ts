import { attachAudit, enableTenantRls } from '@restartix/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Impersonation: staff see what a patient sees, for an hour at most, and the patient sees that they did. */
export class CreateImpersonations1763630002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLE);
    const own = 'user_id = (select current_app_user_id())';
    const staff = ['assistant', 'org_admin'];
    await enableTenantRls(runner, 'impersonations', [
      { name: 'read_own', command: 'select', roles: staff, where: own },
      {
        name: 'read_of_oneself',
        command: 'select',
        roles: ['patient'],
        where: 'patient_id = (select current_app_patient_id())',
      },
      { name: 'read_all', command: 'select', roles: ['compliance'] },
      {
        name: 'start_own',
        command: 'insert',
        roles: staff,
        where: `${own} and role = (select current_app_role())`,
      },
      { name: 'end_own', command: 'update', roles: staff, where: own },
    ]);
    await attachAudit(runner, 'impersonations', 'impersonation', 'patient_id');
    await runner.query(GRANTS);
    await runner.query(RESOLVE);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const TABLE = `
create table impersonations (
  organization_id int not null references organizations (id),
  id uuid not null,
  user_id uuid not null references users (id),
  role text not null check (role in ('assistant', 'org_admin')),
  session_id uuid not null references sessions (id),
  patient_id uuid not null,
  patient_user_id uuid not null references users (id),
  reason text not null,
  started_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, patient_id) references patients (organization_id, id),
  constraint impersonations_short check (expires_at > started_at and expires_at <= started_at + interval '1 hour')
);
create index impersonations_live on impersonations (id) where ended_at is null;
create index impersonations_live_pair on impersonations (patient_user_id, user_id) where ended_at is null;
create index impersonations_newest on impersonations (organization_id, started_at desc, id);
comment on column impersonations.user_id is 'Who acts. Events name them, and the patient''s login besides.';
comment on column impersonations.session_id is 'Their session: with it the impersonation ends.';
comment on column impersonations.reason is 'Envelope under the organization''s key.';
`;

const GRANTS = `
grant select, insert, update (ended_at) on impersonations to core_app;
grant select, insert, update, delete on impersonations to core_system;
create trigger keep_ended before update of ended_at on impersonations for each row
  when (old.ended_at is not null) execute function keep_ended();
`;

/**
 * The live impersonation a token stands for: by its id, or, for a token of the identity provider that names an actor,
 * by who acts for whom in which organization. It lives while both are members in their roles.
 */
const RESOLVE = `
create function resolve_impersonation(
  asked uuid, token_issuer text, token_subject text, token_organization text, token_actor text)
returns table (
  impersonation_id uuid, expires_at timestamptz, organization_id int, user_id uuid, email text,
  staff_user_id uuid, staff_email text, staff_role text,
  session_id uuid, started_at timestamptz, authenticated_at timestamptz, mfa_at timestamptz, factors text[],
  last_active_at timestamptz, end_reason text)
language sql stable security definer set search_path = public, pg_temp as $$
  with named as (
    select i.* from impersonations i where i.id = asked and i.ended_at is null
    union all
    select i.* from impersonations i
      join user_identities p on p.user_id = i.patient_user_id and p.issuer = token_issuer and p.subject = token_subject
      join user_identities w on w.user_id = i.user_id and w.issuer = token_issuer and w.subject = token_actor
      join organizations o on o.id = i.organization_id and o.identity_organization = token_organization
     where asked is null and i.ended_at is null)
  select i.id, i.expires_at, i.organization_id, p.id, p.email, w.id, w.email, m.role,
         s.id, s.started_at, s.authenticated_at, s.mfa_at, s.factors, s.last_active_at, s.end_reason
    from named i
    join users p on p.id = i.patient_user_id
    join user_organizations mp on mp.organization_id = i.organization_id and mp.user_id = p.id and mp.role = 'patient'
    join users w on w.id = i.user_id
    join user_organizations m on m.organization_id = i.organization_id and m.user_id = w.id and m.role = i.role
    join sessions s on s.id = i.session_id
   where i.expires_at > now()
   order by i.started_at desc limit 1
$$;
grant select on impersonations to identity_resolver;
grant create on schema public to identity_resolver;
alter function resolve_impersonation(uuid, text, text, text, text) owner to identity_resolver;
revoke create on schema public from identity_resolver;
revoke all on function resolve_impersonation(uuid, text, text, text, text) from public;
grant execute on function resolve_impersonation(uuid, text, text, text, text) to core_app;
`;
