import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Refusals, and actions other than reading, are few among many reads: a search for them must not walk through those.
 * Reads stand in neither index, so storing one costs no more than before.
 */
export class FindRareAuditEvents1763720001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(INDEXES);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const INDEXES = `
create index audit_logs_refused on audit.audit_logs (organization_id, "timestamp" desc, event_id desc) where not success;
create index audit_logs_action on audit.audit_logs (organization_id, action, "timestamp" desc, event_id desc)
  where action not in ('view', 'search');
`;
