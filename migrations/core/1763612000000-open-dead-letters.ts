import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Refused audit events can be read, mended and sent again by the compliance staff of their organization. */
export class OpenDeadLetters1763612000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(DEAD_LETTERS);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

/**
 * original: the event as it was refused, kept when it is mended. A row stays when its event is sent again. The relay
 * counts what is open and sees no event; a request may change what mending changes and nothing else.
 */
const DEAD_LETTERS = `
alter table audit_dead_letters
  add column original jsonb,
  add column mended_at timestamptz,
  add column mended_by uuid,
  add column replayed_at timestamptz,
  add column replayed_by uuid;
create index audit_dead_letters_open on audit_dead_letters (organization_id, position) where replayed_at is null;

create policy read_dead_letters on audit_dead_letters for select to core_app
  using (organization_id = (select current_app_org_id()) and (select current_app_role()) = 'compliance');
create policy mend_dead_letters on audit_dead_letters for update to core_app
  using (organization_id = (select current_app_org_id()) and (select current_app_role()) = 'compliance');
create policy count_dead_letters on audit_dead_letters for select to outbox_relay using (true);

grant select on audit_dead_letters to core_app;
grant update (event, original, mended_at, mended_by, replayed_at, replayed_by) on audit_dead_letters to core_app;
grant select (position, organization_id, created_at, refused_at, replayed_at) on audit_dead_letters to outbox_relay;
`;
