import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { Database } from '@restartix/database';
import type { CoreConfig } from '../core.config';

/** Connections of background work: enough for the relay and for what the system does on its own. */
const BACKGROUND_CONNECTIONS = 4;

/** The main database as each of the roles core-api works under. Opened when the service starts, closed when it ends. */
export class MainDatabases implements OnModuleInit, OnApplicationShutdown {
  constructor(
    readonly requests: Database,
    readonly system: Database,
    readonly relay: Database,
  ) {}

  async onModuleInit(): Promise<void> {
    await Promise.all([this.requests.connect(), this.system.connect(), this.relay.connect()]);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.allSettled([this.requests.close(), this.system.close(), this.relay.close()]);
  }
}

/** A role's own URL where it is configured, else the main URL with SET ROLE. */
export function createMainDatabases(config: CoreConfig): MainDatabases {
  const main = config.DATABASE_URL.reveal();
  const as = (role: string, url: string | undefined, max: number) =>
    new Database({
      url: url ?? main,
      role: url ? undefined : role,
      applicationName: `core-api ${role}`,
      max,
      statementTimeoutMs: config.DB_STATEMENT_TIMEOUT_MS,
      planOnce: role === 'core_app',
    });
  return new MainDatabases(
    as('core_app', main, config.DB_MAX_CONNECTIONS),
    as('core_system', config.DATABASE_SYSTEM_URL?.reveal(), BACKGROUND_CONNECTIONS),
    as('outbox_relay', config.DATABASE_RELAY_URL?.reveal(), BACKGROUND_CONNECTIONS),
  );
}
