import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { createClient, type ClickHouseClient } from '@clickhouse/client';
import { loadConfig } from '@restartix/config';
import { createHttpApp } from '@restartix/http';
import { createLogger } from '@restartix/logging';
import { ChannelClient } from '@restartix/service-channel';
import {
  createTestDatabases,
  developmentKeys,
  serviceEnvironment,
  type DevelopmentKeys,
  type TestDatabases,
} from '@restartix/testing';
import { Pool } from 'pg';
import { AppModule } from '../src/app.module';
import { TELEMETRY_VARIABLES } from '../src/telemetry.config';

/** One running telemetry-api, in this process. */
export interface Instance {
  url: string;
  app: INestApplication;
  channel: ChannelClient;
  close(): Promise<void>;
}

/** Fresh stores, and as many instances of telemetry-api over them as a spec needs. */
export class Telemetry {
  private readonly instances: Instance[] = [];
  /** What the instances have logged, from debug on. */
  readonly lines: string[] = [];

  private constructor(
    readonly databases: TestDatabases,
    readonly keys: DevelopmentKeys,
    /** As superuser: what is really stored. */
    readonly superuser: Pool,
    readonly clickhouse: ClickHouseClient,
  ) {}

  static async create(): Promise<Telemetry> {
    const databases = await createTestDatabases();
    const superuser = new Pool({ connectionString: databases.telemetry.superuserUrl, max: 4 });
    superuser.on('error', () => undefined);
    const clickhouse = createClient({ url: databases.clickhouseUrl });
    return new Telemetry(databases, developmentKeys(), superuser, clickhouse);
  }

  /** Starts an instance; `environment` overrides single variables. */
  async start(environment: Record<string, string> = {}): Promise<Instance> {
    const { telemetryApi } = serviceEnvironment(this.databases, this.keys, {
      coreApiPort: 0,
      telemetryApiPort: 0,
    });
    const config = loadConfig(TELEMETRY_VARIABLES, { ...telemetryApi, ...environment });
    const logger = createLogger({
      level: 'debug',
      format: 'json',
      service: 'telemetry-api',
      destination: { write: (line) => void this.lines.push(line) },
    });
    const app = await createHttpApp({
      module: AppModule.register(config, logger),
      bodyLimitBytes: 16 * 1024 * 1024,
      trustedProxies: [],
      corsOrigins: [],
      logger,
    });
    await app.listen(0, '127.0.0.1');
    const url = `http://127.0.0.1:${((app.getHttpServer() as Server).address() as AddressInfo).port}`;
    const channel = new ChannelClient({
      baseUrl: url,
      privateKey: this.keys.channel.privateKey,
      timeoutMs: 20_000,
    });
    const close = async () => {
      channel.close();
      await app.close();
    };
    const instance = { url, app, channel, close };
    this.instances.push(instance);
    return instance;
  }

  /** Rows as superuser. */
  async sql<R extends object>(text: string, values: unknown[] = []): Promise<R[]> {
    return (await this.superuser.query<R>(text, values)).rows;
  }

  /** Whether the audit log is a hypertable here: the server has TimescaleDB. */
  async isHypertable(): Promise<boolean> {
    const found = await this.sql(`select from pg_extension where extname = 'timescaledb'`);
    return found.length > 0;
  }

  /** Every row of the analytics table, as it is stored. */
  async analyticsRows<R>(): Promise<R[]> {
    const answer = await this.clickhouse.query({
      query: 'select * from analytics_events',
      format: 'JSONEachRow',
    });
    return answer.json<R>();
  }

  async stop(): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance.close()));
    await this.superuser.end();
    await this.clickhouse.close();
    await this.databases.drop();
  }
}
