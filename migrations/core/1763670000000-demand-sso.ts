import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An organization may demand where its staff sign in (D021): asked with who calls, at every request. */
export class DemandSso1763670000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(COLUMNS);
    await runner.query(RESOLVE_IDENTITY);
    await runner.query(RESOLVE_IMPERSONATION);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const COLUMNS = `
alter table organization_settings
  add column sso_issuer text,
  add column sso_connection text,
  add column sso_since timestamptz,
  add constraint organization_settings_sso
    check ((sso_issuer is null) = (sso_since is null) and (sso_issuer is not null or sso_connection is null));
comment on column organization_settings.sso_issuer is 'Issuer of the tokens of its staff; null demands nothing.';
comment on column organization_settings.sso_connection is 'Connection of that issuer; null is any.';
`;

/** Patients are free, and so is a superadmin, whose sign-in is the platform's matter. */
const RESOLVE_IDENTITY = `
drop function resolve_identity(text, text, text, text);
create function resolve_identity(
  token_issuer text, token_subject text, token_organization text, token_session text)
returns table (
  user_id uuid, email text, platform_role text, organization_id int, role text,
  session_id uuid, started_at timestamptz, authenticated_at timestamptz, mfa_at timestamptz, factors text[],
  last_active_at timestamptz, end_reason text, break_glass jsonb, sso jsonb)
language sql stable security definer set search_path = public, pg_temp as $$
  select u.id, u.email, u.platform_role, o.id,
         case when m.role = 'specialist' and exists (
           select from specialists p where p.organization_id = o.id and p.user_id = u.id
             and (not p.is_active or p.deleted_at is not null)) then null else m.role end,
         s.id, s.started_at, s.authenticated_at, s.mfa_at, s.factors, s.last_active_at, s.end_reason,
         (select jsonb_agg(jsonb_build_object('id', b.id, 'role', b.role, 'organizationId', b.organization_id,
             'patientId', b.patient_id, 'expiresAt', extract(epoch from b.expires_at) * 1000) order by b.opened_at desc)
            from break_glass_sessions b
           where b.session_id = s.id and b.closed_at is null and b.expires_at > now()),
         case when m.role <> 'patient' and u.platform_role is distinct from 'superadmin' then
           (select jsonb_build_object('issuer', g.sso_issuer, 'connection', g.sso_connection)
              from organization_settings g where g.organization_id = o.id and g.sso_issuer is not null) end
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

/** What was begun before the organization demanded a sign-in ends with the demand: it was begun without one. */
const RESOLVE_IMPERSONATION = `
create or replace function resolve_impersonation(
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
     and not exists (select from organization_settings g
       where g.organization_id = i.organization_id and g.sso_since > i.started_at)
   order by i.started_at desc limit 1
$$;
`;
