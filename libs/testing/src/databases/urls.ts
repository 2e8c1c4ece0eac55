import type { DevelopmentKeys } from '../keys/development-keys';

/** The stores themselves; administrators' URLs. */
export interface Servers {
  main: string;
  telemetry: string;
  clickhouse: string;
  redis: string;
}

export interface DatabaseNames {
  main: string;
  telemetry: string;
  clickhouse: string;
  redisPrefix: string;
}

/** Where one set of databases is, as each role of the services sees it. */
export interface DatabaseUrls {
  /** As core_app. */
  databaseUrl: string;
  systemUrl: string;
  relayUrl: string;
  migrationUrl: string;
  superuserUrl: string;
  telemetry: {
    writerUrl: string;
    readerUrl: string;
    maintainerUrl: string;
    migrationUrl: string;
    superuserUrl: string;
  };
  clickhouseUrl: string;
  redisUrl: string;
  redisPrefix: string;
}

export const LAB_DATABASES: DatabaseNames = {
  main: 'restartix',
  telemetry: 'telemetry',
  clickhouse: 'analytics',
  redisPrefix: 'restartix:',
};

/** The same server, another database; another role where one is given. */
export function urlOf(server: string, database: string, role?: string, password?: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  if (role !== undefined) url.username = encodeURIComponent(role);
  if (password !== undefined) url.password = encodeURIComponent(password);
  return url.toString();
}

export function databaseUrls(servers: Servers, names: DatabaseNames, keys: DevelopmentKeys): DatabaseUrls {
  const { main, telemetry } = keys.passwords;
  const inMain = (role: keyof typeof main) => urlOf(servers.main, names.main, role, main[role]);
  const inTelemetry = (role: keyof typeof telemetry) =>
    urlOf(servers.telemetry, names.telemetry, role, telemetry[role]);
  return {
    databaseUrl: inMain('core_app'),
    systemUrl: inMain('core_system'),
    relayUrl: inMain('outbox_relay'),
    migrationUrl: inMain('migrator'),
    superuserUrl: urlOf(servers.main, names.main),
    telemetry: {
      writerUrl: inTelemetry('telemetry_writer'),
      readerUrl: inTelemetry('telemetry_reader'),
      maintainerUrl: inTelemetry('telemetry_maintainer'),
      migrationUrl: inTelemetry('migrator'),
      superuserUrl: urlOf(servers.telemetry, names.telemetry),
    },
    clickhouseUrl: urlOf(servers.clickhouse, names.clickhouse),
    redisUrl: servers.redis,
    redisPrefix: names.redisPrefix,
  };
}
