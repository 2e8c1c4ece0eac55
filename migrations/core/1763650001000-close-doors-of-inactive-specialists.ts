import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who is a specialist of an organization and not active there has no role there (D101): every door is closed at once. */
export class CloseDoorsOfInactiveSpecialists1763650001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(RESOLVE_IDENTITY);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const RESOLVE_IDENTITY = `
create or replace function resolve_identity(
  token_issuer text, token_subject text, token_organization text, token_session text)
returns table (
  user_id uuid, email text, platform_role text, organization_id int, role text,
  session_id uuid, started_at timestamptz, authenticated_at timestamptz, mfa_at timestamptz, factors text[],
  last_active_at timestamptz, end_reason text, break_glass jsonb)
language sql stable security definer set search_path = public, pg_temp as $$
  select u.id, u.email, u.platform_role, o.id,
         case when m.role = 'specialist' and exists (
           select from specialists p where p.organization_id = o.id and p.user_id = u.id
             and (not p.is_active or p.deleted_at is not null)) then null else m.role end,
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
`;
