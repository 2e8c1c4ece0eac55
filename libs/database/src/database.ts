import { DataSource, type DataSourceOptions } from 'typeorm';
import type { Pool, PoolClient } from 'pg';
import { unavailable } from '@restartix/errors';
import { prepared, together } from './round-trip';
import { translateSqlError } from './sql-error';
import { settingsStatement, type Sql, type Statement } from './statement';
import { Transaction } from './transaction';

export interface DatabaseOptions {
  url: string;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** Largest number of connections. */
  max: number;
  /** Role every connection takes on (SET ROLE), when the URL logs in as another. */
  role?: string;
  /** Statements are sent without waiting for the answers before them. Default true; exports switch it off. */
  pipeline?: boolean;
  statementTimeoutMs?: number;
  /**
   * Plans a prepared statement once instead of weighing a new plan for its values every time. Under row-level security
   * planning costs more than most reads, and the organization, which values differ by, is none of the parameters.
   */
  planOnce?: boolean;
}

/** Settings of a session, as PostgreSQL takes them when a connection is made. */
function sessionOptions({ role, planOnce }: DatabaseOptions): string {
  return [role && `-c role=${role}`, planOnce && '-c plan_cache_mode=force_generic_plan']
    .filter(Boolean)
    .join(' ');
}

/** Connections of a pool: at work, waiting for work, and callers who wait for one. */
export interface PoolUse {
  used: number;
  idle: number;
  waiting: number;
  max: number;
}

/** How long a caller waits for a free connection before the database counts as unavailable. */
const CONNECT_TIMEOUT_MS = 5_000;

/** A connection that breaks while it is lent says so by an event; without a listener that ends the process. */
const ignore = (): void => undefined;

/** The pool calls it at once: a server may end a connection in the very breath in which it is opened. */
function listen(client: PoolClient): void {
  if (!client.listeners('error').includes(ignore)) client.on('error', ignore);
}

/** One PostgreSQL database as one role: a TypeORM data source over a pool of pipelined connections. */
export class Database implements Sql {
  private readonly source: DataSource;
  private readonly max: number;

  constructor(options: DatabaseOptions) {
    this.max = options.max;
    this.source = new DataSource({
      type: 'postgres',
      url: options.url,
      applicationName: options.applicationName,
      synchronize: false,
      installExtensions: false,
      extra: {
        max: options.max,
        pipeline: options.pipeline ?? true,
        connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
        statement_timeout: options.statementTimeoutMs,
        options: sessionOptions(options) || undefined,
      },
    } as DataSourceOptions);
  }

  /** Opens the pool; waits for the first connection. Throws database_unavailable. */
  async connect(): Promise<void> {
    try {
      if (this.source.isInitialized) return;
      await this.source.initialize();
      this.pool.on('acquire', listen);
    } catch (error) {
      throw translateSqlError(error);
    }
  }

  async close(): Promise<void> {
    if (this.source.isInitialized) await this.source.destroy();
  }

  /** Throws database_unavailable unless the server answers. */
  async ping(): Promise<void> {
    await this.query('select 1');
  }

  /** How many of its connections are in use right now. */
  use(): PoolUse {
    const { max } = this;
    if (!this.source.isInitialized) return { used: 0, idle: 0, waiting: 0, max };
    const { totalCount, idleCount, waitingCount } = this.pool;
    return { used: totalCount - idleCount, idle: idleCount, waiting: waitingCount, max };
  }

  /** One statement in autocommit. */
  async query<R extends object>(text: string, values?: readonly unknown[]): Promise<R[]> {
    try {
      const answer = values ? this.pool.query(prepared({ text, values })) : this.pool.query(text);
      return (await answer).rows as R[];
    } catch (error) {
      throw translateSqlError(error);
    }
  }

  /**
   * One transaction: BEGIN, the settings and the first statement of `work` travel in one round trip, and so do the
   * statements of `last` and the COMMIT. Throws what `work` throws, or the database's error in our words; nothing is
   * stored then.
   */
  transaction<T>(
    settings: Readonly<Record<string, string>>,
    work: (sql: Sql) => Promise<T>,
    last: () => Statement[] = () => [],
  ): Promise<T> {
    return this.lend(async (client, broken) => {
      const transaction = new Transaction(client, settings);
      try {
        const result = await work(transaction);
        transaction.close();
        await transaction.commit(last());
        return result;
      } catch (error) {
        transaction.close();
        if (!(await transaction.rollback())) broken();
        throw error;
      }
    });
  }

  /** One statement in a transaction of its own with these settings: one round trip for everything. */
  async single<R extends object>(
    settings: Readonly<Record<string, string>>,
    { text, values }: Statement,
  ): Promise<R[]> {
    // What goes out in one message is one transaction, by the protocol.
    const rows = await this.lend(async (client) => {
      const results = await together(client, [settingsStatement(settings), { text, values }]);
      return results?.at(-1)?.rows as R[] | undefined;
    });
    return rows ?? this.transaction(settings, (sql) => sql.query<R>(text, values));
  }

  /** Lends a connection of the pool to work, which says so when it is of no more use. */
  private async lend<T>(work: (client: PoolClient, broken: () => void) => Promise<T>): Promise<T> {
    let isBroken = false;
    let client: PoolClient | undefined;
    try {
      client = await this.pool.connect();
      return await work(client, () => (isBroken = true));
    } catch (error) {
      throw translateSqlError(error);
    } finally {
      client?.release(isBroken);
    }
  }

  private get pool(): Pool {
    if (!this.source.isInitialized) throw unavailable('database_unavailable');
    return (this.source.driver as unknown as { master: Pool }).master;
  }
}
