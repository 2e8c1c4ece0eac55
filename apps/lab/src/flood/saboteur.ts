import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@restartix/database';

const TABLES = ['patients', 'specialists', 'organizations', 'care_relationships', 'users', 'patient_keys'];
const HELD_MS = 200;
const PAUSE_MS = 150;

/** Makes statements run out of time and connections break, over and over, while requests are running. */
export class Saboteur {
  #stopped = false;
  #work: Promise<void> = Promise.resolve();

  /** How often a table was locked; as often a connection was cut. */
  rounds = 0;

  constructor(private readonly superuser: Database) {}

  start(): void {
    this.#work = this.run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#work;
  }

  private async run(): Promise<void> {
    while (!this.#stopped) {
      const table = TABLES[this.rounds % TABLES.length] ?? '';
      this.rounds += 1;
      await this.lock(table).catch(() => undefined); // it may lose a deadlock to a request
      await this.superuser.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and usename = 'core_app' order by random() limit 1`,
      );
      await sleep(PAUSE_MS);
    }
  }

  private lock(table: string): Promise<void> {
    return this.superuser.transaction({}, async (sql) => {
      await sql.query(`lock table ${table} in access exclusive mode`);
      await sleep(HELD_MS);
    });
  }
}
