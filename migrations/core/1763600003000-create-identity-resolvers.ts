import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The few questions that must be answered before anyone is identified, or about what the asker may not see. Each is
 * one function owned by identity_resolver, which bypasses row-level security and cannot log in.
 */
export class CreateIdentityResolvers1763600003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(RESOLVE_IDENTITY);
    await runner.query(RECORD_ELSEWHERE);
    await runner.query(OWNERSHIP);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

/** Token → ids: the user behind a subject, and the role in the token's organization, if any. */
const RESOLVE_IDENTITY = `
create function resolve_identity(token_issuer text, token_subject text, token_organization text)
returns table (user_id uuid, email text, platform_role text, organization_id int, role text)
language sql stable security definer set search_path = public, pg_temp as $$
  select u.id, u.email, u.platform_role, o.id, m.role
    from user_identities i
    join users u on u.id = i.user_id
    left join organizations o on o.identity_organization = token_organization
    left join user_organizations m on m.organization_id = o.id and m.user_id = u.id
   where i.issuer = token_issuer and i.subject = token_subject
$$;
`;

/** Whether another organization has a record of this kind and id: for the audit of denials, never for an answer. */
const RECORD_ELSEWHERE = `
create function record_exists_elsewhere(resource_type text, resource_id text, asking_organization int)
returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select case resource_type
    when 'patient' then exists (
      select 1 from patients where id = resource_id::uuid and organization_id is distinct from asking_organization)
    when 'specialist' then exists (
      select 1 from specialists where id = resource_id::uuid and organization_id is distinct from asking_organization)
    when 'organization' then exists (
      select 1 from organizations where id = resource_id::int and id is distinct from asking_organization)
    else false
  end
$$;
`;

const OWNERSHIP = `
grant select on organizations, users, user_identities, user_organizations, patients, specialists to identity_resolver;
grant create on schema public to identity_resolver;
alter function resolve_identity(text, text, text) owner to identity_resolver;
alter function record_exists_elsewhere(text, text, int) owner to identity_resolver;
revoke create on schema public from identity_resolver;
revoke all on function resolve_identity(text, text, text) from public;
revoke all on function record_exists_elsewhere(text, text, int) from public;
grant execute on function resolve_identity(text, text, text) to core_app;
grant execute on function record_exists_elsewhere(text, text, int) to core_app;
`;
