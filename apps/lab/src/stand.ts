import { join } from 'node:path';
import {
  startClickhouse,
  startPostgres,
  startRedis,
  workspaceRoot,
  type Child,
  type Running,
} from '@restartix/embedded';
import {
  startService,
  type DevelopmentKeys,
  type Servers,
  type ServiceEnvironments,
} from '@restartix/testing';
import { CHILDREN } from './state/lab-file';
import type { LabFolder } from './state/lab-folder';

/** What listens: the children, and the metrics of both services. */
export const LISTENERS = [...CHILDREN, 'coreApiMetrics', 'telemetryApiMetrics'] as const;
export type Ports = Record<(typeof LISTENERS)[number], number>;
export type Start = (onSpawn: (child: Child) => void) => Promise<Running>;

const CLICKHOUSE_USER = 'analytics';

/** How each store is started: always below the same folder, on the same port. */
export function storeStarts(
  folder: LabFolder,
  ports: Ports,
  { passwords }: DevelopmentKeys,
): Record<'postgres' | 'telemetryPostgres' | 'redis' | 'clickhouse', Start> {
  const cache = join(workspaceRoot(), '.lab/cache');
  return {
    postgres: (onSpawn) =>
      startPostgres({
        dir: folder.file('postgres'),
        name: 'PostgreSQL (main)',
        password: passwords.main.postgres,
        port: ports.postgres,
        onSpawn,
      }),
    telemetryPostgres: (onSpawn) =>
      startPostgres({
        dir: folder.file('telemetry-postgres'),
        name: 'PostgreSQL (telemetry)',
        password: passwords.telemetry.postgres,
        port: ports.telemetryPostgres,
        onSpawn,
      }),
    redis: (onSpawn) =>
      startRedis({
        dir: folder.file('redis'),
        name: 'Redis',
        password: passwords.redis,
        port: ports.redis,
        cache,
        onSpawn,
      }),
    clickhouse: (onSpawn) =>
      startClickhouse({
        dir: folder.file('clickhouse'),
        name: 'ClickHouse',
        user: CLICKHOUSE_USER,
        password: passwords.clickhouse,
        port: ports.clickhouse,
        onSpawn,
      }),
  };
}

/** Administrators' URLs of those stores. */
export function serversOf(ports: Ports, { passwords }: DevelopmentKeys): Servers {
  const place = (port: number) => `127.0.0.1:${port}`;
  return {
    main: `postgres://postgres:${passwords.main.postgres}@${place(ports.postgres)}/postgres`,
    telemetry: `postgres://postgres:${passwords.telemetry.postgres}@${place(ports.telemetryPostgres)}/postgres`,
    clickhouse: `http://${CLICKHOUSE_USER}:${passwords.clickhouse}@${place(ports.clickhouse)}`,
    redis: `redis://:${passwords.redis}@${place(ports.redis)}`,
  };
}

export function serviceStarts(
  folder: LabFolder,
  ports: Ports,
  environments: ServiceEnvironments,
): Record<'telemetryApi' | 'coreApi', Start> {
  const start = (service: 'telemetryApi' | 'coreApi', logFile: string) => (onSpawn: (child: Child) => void) =>
    startService({
      service,
      port: ports[service],
      environment: environments[service],
      logFile: folder.file(logFile),
      onSpawn,
    });
  return {
    telemetryApi: start('telemetryApi', 'telemetry-api.log'),
    coreApi: start('coreApi', 'core-api.log'),
  };
}
