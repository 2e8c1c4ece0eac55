import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where and when somebody signed in before, whatever the organization: asked at every sign-in. */
export class FindSignIns1763721000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index security_events_sign_ins on security.security_events (user_id, occurred_at)
        where kind in ('sign_in', 'impossible_travel')`);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}
