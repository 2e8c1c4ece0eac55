import { createHash } from 'node:crypto';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { Pool, PoolClient, QueryResult } from 'pg';
import { unavailable } from '@restartix/errors';
import { translateSqlError } from './sql-error';

/** Something SQL can be sent to: an open transaction, or a database in autocommit. Answers rows. */
export interface Sql {
  query<R extends object>(text: string, values?: readonly unknown[]): Promise<R[]>;
}

/** A statement that is sent together with the COMMIT. */
export interface Statement {
  text: string;
  values: readonly unknown[];
}

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
}

/** How long a caller waits for a free connection before the database counts as unavailable. */
const CONNECT_TIMEOUT_MS = 5_000;

const statementNames = new Map<string, string>();

/** Statements with parameters are prepared once per connection, under a name made from their text. */
function named(text: string, values: readonly unknown[]): { name: string; text: string; values: unknown[] } {
  let name = statementNames.get(text);
  if (!name) {
    name = createHash('sha1').update(text).digest('hex').slice(0, 24);
    statementNames.set(text, name);
  }
  return { name, text, values: values as unknown[] };
}

function send(client: Pool | PoolClient, text: string, values?: readonly unknown[]): Promise<QueryResult> {
  return values ? client.query(named(text, values)) : client.query(text);
}

/** Throws the first failure. A COMMIT of a failed transaction answers ROLLBACK and is a failure. */
function assertCommitted(outcomes: PromiseSettledResult<QueryResult>[]): void {
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
  const commit = outcomes.at(-1) as PromiseFulfilledResult<QueryResult>;
  if (commit.value.command !== 'COMMIT') throw new Error('The transaction had failed and was rolled back');
}

/** A connection that breaks while it is lent says so by an event; without a listener that ends the process. */
const ignore = (): void => undefined;

/** What work sees of its transaction. It closes before COMMIT or ROLLBACK: the connection is soon another caller's. */
class Handle implements Sql {
  private open = true;

  constructor(private readonly client: PoolClient) {}

  close(): void {
    this.open = false;
  }

  async query<R extends object>(text: string, values?: readonly unknown[]): Promise<R[]> {
    if (!this.open) throw new Error('This transaction is closed');
    return (await send(this.client, text, values)).rows as R[];
  }
}

/** SQL that puts settings into the transaction (never into the session), and its values. */
export function settingsStatement(settings: Readonly<Record<string, string>>): Statement {
  const names = Object.keys(settings);
  const calls = names.map((name, index) => `set_config('${name}', $${index + 1}, true)`);
  return { text: `select ${calls.join(', ')}`, values: Object.values(settings) };
}

/** One PostgreSQL database as one role: a TypeORM data source over a pool of pipelined connections. */
export class Database implements Sql {
  private readonly source: DataSource;

  constructor(options: DatabaseOptions) {
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
        ...(options.role ? { options: `-c role=${options.role}` } : {}),
      },
    } as DataSourceOptions);
  }

  /** Opens the pool; waits for the first connection. Throws database_unavailable. */
  async connect(): Promise<void> {
    try {
      if (!this.source.isInitialized) await this.source.initialize();
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

  /** One statement in autocommit. */
  async query<R extends object>(text: string, values?: readonly unknown[]): Promise<R[]> {
    try {
      return (await send(this.pool, text, values)).rows as R[];
    } catch (error) {
      throw translateSqlError(error);
    }
  }

  /**
   * One transaction: BEGIN, the settings and the first statement of `work` travel in one round trip, and so do the
   * statements of `last` and the COMMIT. Throws what `work` throws, or the database's error in our words; nothing is
   * stored then.
   */
  async transaction<T>(
    settings: Readonly<Record<string, string>>,
    work: (sql: Sql) => Promise<T>,
    last: () => Statement[] = () => [],
  ): Promise<T> {
    const client = await this.take();
    const handle = new Handle(client);
    let broken = false;
    try {
      const opening = [client.query('BEGIN'), this.applySettings(client, settings)];
      const opened = Promise.all(opening);
      opened.catch(() => undefined);
      const result = await work(handle);
      handle.close();
      const closing = Promise.allSettled([
        ...last().map(({ text, values }) => send(client, text, values)),
        client.query('COMMIT'),
      ]);
      await opened;
      assertCommitted(await closing);
      return result;
    } catch (error) {
      handle.close();
      broken = await client.query('ROLLBACK').then(
        () => false,
        () => true,
      );
      throw translateSqlError(error);
    } finally {
      client.off('error', ignore);
      client.release(broken);
    }
  }

  /** A connection of the pool. Whoever waits for an answer on it learns of its loss from that. */
  private async take(): Promise<PoolClient> {
    try {
      const client = await this.pool.connect();
      return client.on('error', ignore);
    } catch (error) {
      throw translateSqlError(error);
    }
  }

  private async applySettings(client: PoolClient, settings: Readonly<Record<string, string>>): Promise<void> {
    if (Object.keys(settings).length === 0) return;
    const { text, values } = settingsStatement(settings);
    await send(client, text, values);
  }

  private get pool(): Pool {
    if (!this.source.isInitialized) throw unavailable('database_unavailable');
    return (this.source.driver as unknown as { master: Pool }).master;
  }
}
