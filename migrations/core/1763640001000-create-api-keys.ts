import { attachAudit, enableTenantRls } from '@restartix/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const READERS = ['org_admin', 'compliance'];

/** Keys of organizations' own systems, and when each was last used. */
export class CreateApiKeys1763640001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await enableTenantRls(runner, 'api_keys', [
      { name: 'read', command: 'select', roles: READERS },
      {
        ...{ name: 'make_own', command: 'insert', roles: ['org_admin'] },
        where: 'created_by = (select current_app_user_id())',
      },
      { name: 'manage', command: 'update', roles: ['org_admin'] },
    ]);
    await attachAudit(runner, 'api_keys', 'api_key');
    await enableTenantRls(runner, 'api_key_uses', [{ name: 'read', command: 'select', roles: READERS }]);
    await runner.query(GRANTS);
    await runner.query(RESOLVE_API_KEY);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const TABLES = `
create table api_keys (
  organization_id int not null references organizations (id),
  id uuid not null,
  label text not null,
  lookup text not null,
  secret_index text not null,
  scopes text[] not null check (cardinality(scopes) > 0),
  created_by uuid not null references users (id),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  replaced_by uuid,
  primary key (organization_id, id),
  constraint api_keys_lookup_unique unique (organization_id, lookup),
  foreign key (organization_id, replaced_by) references api_keys (organization_id, id)
);
create index api_keys_lookup on api_keys (lookup);
comment on column api_keys.lookup is 'How the key begins: what it is found by, not secret.';
comment on column api_keys.secret_index is 'SHA-256 of the whole key, hexadecimal.';
comment on column api_keys.scopes is 'Permissions of the access matrix.';

create table api_key_uses (
  organization_id int not null,
  api_key_id uuid not null,
  last_used_at timestamptz not null,
  primary key (organization_id, api_key_id),
  foreign key (organization_id, api_key_id) references api_keys (organization_id, id)
);
`;

const GRANTS = `
grant select, insert, update (expires_at, revoked_at, replaced_by) on api_keys to core_app;
grant select on api_key_uses to core_app;
grant select, insert, update, delete on api_keys, api_key_uses to core_system;
`;

/** Key → who made it, and what they are in its organization now: one question per request, before anyone is identified. */
const RESOLVE_API_KEY = `
create function resolve_api_key(presented text)
returns table (
  id uuid, organization_id int, identity_organization text, secret_index text, scopes text[],
  expires_at timestamptz, revoked_at timestamptz, user_id uuid, email text, role text)
language sql stable security definer set search_path = public, pg_temp as $$
  select k.id, k.organization_id, o.identity_organization, k.secret_index, k.scopes,
         k.expires_at, k.revoked_at, u.id, u.email, m.role
    from api_keys k
    join organizations o on o.id = k.organization_id
    join users u on u.id = k.created_by
    left join user_organizations m on m.organization_id = k.organization_id and m.user_id = u.id
   where k.lookup = presented
$$;
grant select on api_keys to identity_resolver;
grant create on schema public to identity_resolver;
alter function resolve_api_key(text) owner to identity_resolver;
revoke create on schema public from identity_resolver;
revoke all on function resolve_api_key(text) from public;
grant execute on function resolve_api_key(text) to core_app;
`;
