import { VARIABLES, type Variable } from '@restartix/config';

/** What the platform runs as, and what it runs on. The console is served by core-api. */
export const SERVICES = ['core-api', 'telemetry-api'] as const;
export const MIGRATIONS = ['core-migrations', 'telemetry-migrations'] as const;
/** Each store with the image it is. */
export const STORES = {
  postgres: 'postgres',
  timescaledb: 'timescale/timescaledb',
  clickhouse: 'clickhouse/clickhouse-server',
  redis: 'redis',
} as const;

export type Service = (typeof SERVICES)[number];

export const PORTS: Readonly<Record<Service, number>> = {
  'core-api': Number(VARIABLES.coreApi.CORE_API_PORT.default),
  'telemetry-api': Number(VARIABLES.telemetryApi.TELEMETRY_PORT.default),
};

export const ENTRY_POINTS: Readonly<Record<string, string>> = {
  'core-api': 'dist/apps/core-api/src/main.js',
  'core-migrations': 'dist/apps/core-api/src/migrate.js',
  'telemetry-api': 'dist/apps/telemetry-api/src/main.js',
  'telemetry-migrations': 'dist/apps/telemetry-api/src/migrate.js',
};

/** The service whose image a service of the stack runs; null for a store. */
export function imageOwner(name: string): Service | null {
  if (name === 'core-api' || name === 'core-migrations') return 'core-api';
  return name === 'telemetry-api' || name === 'telemetry-migrations' ? 'telemetry-api' : null;
}

/** Every declared variable by name. */
export const DECLARED: Readonly<Record<string, Variable<unknown>>> = Object.assign(
  {},
  ...Object.values(VARIABLES),
) as Record<string, Variable<unknown>>;

const { serviceChannel } = VARIABLES;
const names = (...groups: object[]): string[] => groups.flatMap((group) => Object.keys(group));

const OF_CORE = [
  ...names(VARIABLES.coreApi, VARIABLES.mainDatabase, VARIABLES.identity, VARIABLES.redis),
  ...['ENCRYPTION_KEY', 'ENCRYPTION_EARLIER_KEYS', 'BLIND_INDEX_KEY'],
  ...names({ CHANNEL_PRIVATE_KEY: serviceChannel.CHANNEL_PRIVATE_KEY }),
];
const OF_TELEMETRY = [
  ...names(VARIABLES.telemetryApi, VARIABLES.telemetryDatabase, VARIABLES.clickhouse),
  ...['TELEMETRY_ENCRYPTION_KEY', 'TELEMETRY_EARLIER_KEYS'],
  ...names({ ANALYTICS_PRIVATE_KEY: serviceChannel.ANALYTICS_PRIVATE_KEY }),
];

/** Whether a service of the stack must not be given a variable: the other side's, or the owner's of a database. */
export function isKeptFrom(name: string, variable: string): boolean {
  const others = imageOwner(name) === 'core-api' ? OF_TELEMETRY : OF_CORE;
  if (others.includes(variable)) return true;
  return variable.endsWith('_MIGRATION_URL') && !name.endsWith('-migrations');
}
