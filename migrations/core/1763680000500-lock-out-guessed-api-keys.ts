import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Wrong API keys are counted for the network they come from and for the key they were meant for (D098). */
export class LockOutGuessedApiKeys1763680000500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLE);
    await runner.query(RESOLVE_API_KEY);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const TABLE = `
create table api_key_attempts (
  subject text primary key check (subject ~ '^(network|key):'),
  failures int not null check (failures > 0),
  last_failed_at timestamptz not null,
  locked_until timestamptz
);
create index api_key_attempts_last on api_key_attempts (last_failed_at);
comment on column api_key_attempts.subject is 'network: and a keyed hash of it, or key: and how the key begins.';
alter table api_key_attempts enable row level security;
alter table api_key_attempts force row level security;
create policy system_work on api_key_attempts for all to core_system using (true);
create policy data_migrations on api_key_attempts for all to migrator using (true);
grant select, insert, update, delete on api_key_attempts to core_system;
grant select on api_key_attempts to identity_resolver;

alter table api_key_uses add column network_index text;
comment on column api_key_uses.network_index is 'Keyed hash of the network it was last used from.';
grant select on api_key_uses to identity_resolver;
`;

/** One row at least: until when the network and the key are locked, and the key where there is one. */
const RESOLVE_API_KEY = `
drop function resolve_api_key(text);
create function resolve_api_key(presented text, network text)
returns table (
  network_locked_until timestamptz, key_locked_until timestamptz, used_network text,
  id uuid, organization_id int, identity_organization text, secret_index text, scopes text[],
  expires_at timestamptz, revoked_at timestamptz, user_id uuid, email text, role text)
language sql stable security definer set search_path = public, pg_temp as $$
  select (select a.locked_until from api_key_attempts a where a.subject = 'network:' || network),
         (select a.locked_until from api_key_attempts a where a.subject = 'key:' || presented),
         t.network_index, k.id, k.organization_id, o.identity_organization, k.secret_index, k.scopes,
         k.expires_at, k.revoked_at, u.id, u.email, m.role
    from (select 1) as always
    left join api_keys k on k.lookup = presented
    left join api_key_uses t on t.organization_id = k.organization_id and t.api_key_id = k.id
    left join organizations o on o.id = k.organization_id
    left join users u on u.id = k.created_by
    left join user_organizations m on m.organization_id = k.organization_id and m.user_id = u.id
$$;
grant create on schema public to identity_resolver;
alter function resolve_api_key(text, text) owner to identity_resolver;
revoke create on schema public from identity_resolver;
revoke all on function resolve_api_key(text, text) from public;
grant execute on function resolve_api_key(text, text) to core_app;
`;
