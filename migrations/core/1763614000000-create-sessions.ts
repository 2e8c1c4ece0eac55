import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sessions of record: what the identity provider's tokens belong to, and whether it may still be used. */
export class CreateSessions1763614000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLE);
    await runner.query(POLICIES);
    await runner.query(RESOLVE_IDENTITY);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const TABLE = `
create table sessions (
  id uuid primary key,
  issuer text not null,
  identity_session text not null,
  user_id uuid references users (id),
  organization_id int references organizations (id),
  client text,
  started_at timestamptz not null,
  authenticated_at timestamptz not null,
  mfa_at timestamptz,
  factors text[] not null default '{}',
  last_active_at timestamptz not null,
  ended_at timestamptz,
  end_reason text check (end_reason in ('signed_out', 'revoked', 'limit', 'idle', 'expired', 'provider')),
  constraint sessions_identity_unique unique (issuer, identity_session),
  constraint sessions_end check ((ended_at is null) = (end_reason is null)),
  constraint sessions_user_known check (user_id is not null or ended_at is not null)
);
create index sessions_open on sessions (user_id, last_active_at desc) where ended_at is null;
comment on column sessions.identity_session is 'Id of the session at the identity provider (sess_…).';
comment on column sessions.user_id is 'Null when the provider ended it before it was used here.';
comment on column sessions.organization_id is 'Active when it began: the log that its events are written to.';
comment on column sessions.client is 'Address and user agent it began with: envelope under the platform key.';
`;

const POLICIES = `
alter table sessions enable row level security;
alter table sessions force row level security;
create policy system_work on sessions for all to core_system using (true);
create policy data_migrations on sessions for all to migrator using (true);
create policy read_own on sessions for select to core_app using (user_id = (select current_app_user_id()));
create policy change_own on sessions for update to core_app using (user_id = (select current_app_user_id()));
grant select, update (ended_at, end_reason) on sessions to core_app;
grant select, insert, update, delete on sessions to core_system;
`;

/** Token → ids, and the session in the same look: one question per request decides who, where and whether still. */
const RESOLVE_IDENTITY = `
create function resolve_identity(token_issuer text, token_subject text, token_organization text, token_session text)
returns table (
  user_id uuid, email text, platform_role text, organization_id int, role text,
  session_id uuid, started_at timestamptz, authenticated_at timestamptz, mfa_at timestamptz, factors text[],
  last_active_at timestamptz, end_reason text)
language sql stable security definer set search_path = public, pg_temp as $$
  select u.id, u.email, u.platform_role, o.id, m.role,
         s.id, s.started_at, s.authenticated_at, s.mfa_at, s.factors, s.last_active_at, s.end_reason
    from user_identities i
    join users u on u.id = i.user_id
    left join organizations o on o.identity_organization = token_organization
    left join user_organizations m on m.organization_id = o.id and m.user_id = u.id
    left join sessions s on s.issuer = token_issuer and s.identity_session = token_session
         and (s.user_id = u.id or s.user_id is null)
   where i.issuer = token_issuer and i.subject = token_subject
$$;
grant select on sessions to identity_resolver;
grant create on schema public to identity_resolver;
alter function resolve_identity(text, text, text, text) owner to identity_resolver;
revoke create on schema public from identity_resolver;
revoke all on function resolve_identity(text, text, text, text) from public;
grant execute on function resolve_identity(text, text, text, text) to core_app;
drop function resolve_identity(text, text, text);
`;
