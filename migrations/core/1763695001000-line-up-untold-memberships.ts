import { refuseWhileImpersonating } from '@restartix/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Memberships that began here and that the identity provider is told of after the commit. */
export class LineUpUntoldMemberships1763695001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLE);
    await refuseWhileImpersonating(runner, 'untold_memberships');
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

/** Not one organization's: who tells looks at all of them at once. Ids, times and codes only. */
const TABLE = `
create table untold_memberships (
  organization_id int not null references organizations (id),
  user_id uuid not null references users (id),
  due_at timestamptz not null default now(),
  attempts int not null default 0,
  last_failure text,
  created_at timestamptz not null default now(),
  primary key (organization_id, user_id)
);
comment on column untold_memberships.last_failure is 'Status and code of the provider''s last refusal; never its text.';
create index untold_memberships_due on untold_memberships (due_at);
alter table untold_memberships enable row level security;
alter table untold_memberships force row level security;
create policy system_work on untold_memberships for all to core_system using (true);
create policy data_migrations on untold_memberships for all to migrator using (true);
grant select, insert, update, delete on untold_memberships to core_system;
`;
