import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A patient's unit of work writes to the administrators of the organization without seeing who they are otherwise. */
export class TellAdministrators1763680000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ADMINISTRATORS);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const ADMINISTRATORS = `
create function organization_administrators() returns table (user_id uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select m.user_id from user_organizations m
   where m.organization_id = current_app_org_id() and m.role = 'org_admin' order by m.user_id
$$;
grant create on schema public to identity_resolver;
alter function organization_administrators() owner to identity_resolver;
revoke create on schema public from identity_resolver;
revoke all on function organization_administrators() from public;
grant execute on function organization_administrators() to core_app;
`;
