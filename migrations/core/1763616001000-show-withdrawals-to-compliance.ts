import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Compliance sees the receipts of withdrawn consents, as it sees the consents themselves. */
export class ShowWithdrawalsToCompliance1763616001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter policy requests_select on analytics_withdrawals using (
        case (select current_app_role())
          when 'compliance' then true
          when 'patient' then user_id = (select current_app_user_id())
          when 'specialist' then user_id = (select current_app_user_id())
          when 'assistant' then user_id = (select current_app_user_id())
          when 'org_admin' then user_id = (select current_app_user_id())
          else false
        end);
      comment on policy requests_select on analytics_withdrawals is 'read_own, read_all'`);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}
