import { refuseWhileImpersonating } from '@restartix/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whoever sees as a patient (`app.impersonation`) changes nothing, whichever role of the database asks. */
export class RefuseChangesWhileImpersonating1763681000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(REFUSE);
    const tables: { name: string }[] = await runner.query(TABLES);
    for (const { name } of tables) await refuseWhileImpersonating(runner, name);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

/** RX001 is no code of PostgreSQL's: what it means to a client stands in sql-error.ts of libs/database. */
const REFUSE = `
create function refuse_while_impersonating() returns trigger language plpgsql as $$
begin
  raise exception 'Whoever sees as a patient changes nothing' using errcode = 'RX001';
end $$;
`;

/** Every table but the outbox: reading leaves events. */
const TABLES = `
select relname::text as name from pg_class
 where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname <> 'audit_outbox'
 order by 1`;
