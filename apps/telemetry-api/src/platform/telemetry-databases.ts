import type { OnApplicationShutdown } from '@nestjs/common';
import { Database, type DatabaseOptions, type PoolUse, type Sql, type Statement } from '@restartix/database';
import { DomainError, unavailable } from '@restartix/errors';
import type { TelemetryConfig } from '../telemetry.config';

const STATEMENT_TIMEOUT_MS = 30_000;
const READER_CONNECTIONS = 10;

/**
 * The telemetry database as one of its roles. It connects when it is first needed and again after a failure, so that
 * the service starts and stays up without it. Throws telemetry_unavailable while it is away.
 */
export class TelemetryDatabase implements Sql, OnApplicationShutdown {
  private readonly database: Database;
  private connecting: Promise<void> | undefined;

  constructor(options: DatabaseOptions) {
    this.database = new Database(options);
  }

  query<R extends object>(text: string, values?: readonly unknown[]): Promise<R[]> {
    return this.reached(() => this.database.query<R>(text, values));
  }

  /** See Database.transaction. */
  transaction<T>(
    settings: Readonly<Record<string, string>>,
    work: (sql: Sql) => Promise<T>,
    last?: () => Statement[],
  ): Promise<T> {
    return this.reached(() => this.database.transaction(settings, work, last));
  }

  /** See Database.single. */
  single<R extends object>(settings: Readonly<Record<string, string>>, statement: Statement): Promise<R[]> {
    return this.reached(() => this.database.single<R>(settings, statement));
  }

  /** See Database.use. */
  use(): PoolUse {
    return this.database.use();
  }

  /** Throws telemetry_unavailable unless the server answers. */
  async ping(): Promise<void> {
    await this.query('select 1');
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }

  private async reached<T>(work: () => Promise<T>): Promise<T> {
    try {
      await this.connect();
      return await work();
    } catch (error) {
      const away = error instanceof DomainError && error.code === 'database_unavailable';
      throw away ? unavailable('telemetry_unavailable', error.cause) : error;
    }
  }

  private async connect(): Promise<void> {
    this.connecting ??= this.database.connect();
    try {
      await this.connecting;
    } catch (error) {
      this.connecting = undefined;
      throw unavailable('telemetry_unavailable', error);
    }
  }
}

/** As telemetry_writer: inserts and selects. */
export class WriterDatabase extends TelemetryDatabase {}

/** As telemetry_reader: one organization's view of the audit log, by the setting app.current_org_id. */
export class ReaderDatabase extends TelemetryDatabase {}

/** As telemetry_maintainer: makes partitions. */
export class MaintainerDatabase extends TelemetryDatabase {}

/** A role's own URL where it is configured, else the main URL; always under the role, never under more. */
export function createTelemetryDatabases(config: TelemetryConfig) {
  const main = config.TELEMETRY_DATABASE_URL.reveal();
  const options = (role: string, url: string | undefined, max: number): DatabaseOptions => ({
    url: url ?? main,
    role,
    applicationName: `telemetry-api ${role}`,
    max,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  const reader = config.TELEMETRY_DATABASE_READER_URL?.reveal();
  const maintainer = config.TELEMETRY_DATABASE_MAINTAINER_URL?.reveal();
  return {
    writer: new WriterDatabase(options('telemetry_writer', main, config.TELEMETRY_DB_MAX_CONNECTIONS)),
    reader: new ReaderDatabase(options('telemetry_reader', reader, READER_CONNECTIONS)),
    maintainer: new MaintainerDatabase(options('telemetry_maintainer', maintainer, 1)),
  };
}

export type TelemetryDatabases = ReturnType<typeof createTelemetryDatabases>;
