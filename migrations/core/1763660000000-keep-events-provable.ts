import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The outbox takes no event that the audit store could not take in or its verifier not read. A batch on the channel is
 * a body of 32 levels, two of them around an event; a line of an export has one level around it and holds values of 32.
 * So no object and no list of an event may stand deeper than 30 levels in it. Events that wait already go their way.
 */
export class KeepEventsProvable1763660000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(DEPTH);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const DEPTH = `
alter table audit_outbox add constraint audit_outbox_event_depth
  check (not jsonb_path_exists(event, 'strict $.**{31 to last} ? (@.type() == "object" || @.type() == "array")')) not valid;
`;
