import { join } from 'node:path';
import { startClickhouse, startPostgres, startRedis, workspaceRoot, type Running } from '@restartix/embedded';
import type { Servers } from '../databases/urls';
import type { DevelopmentKeys } from '../keys/development-keys';

/** Variables that bring a server instead of having one started; administrators' URLs. */
export const GIVEN = {
  main: 'TEST_DATABASE_URL',
  telemetry: 'TEST_TELEMETRY_DATABASE_URL',
  clickhouse: 'TEST_CLICKHOUSE_URL',
  redis: 'TEST_REDIS_URL',
} as const;

const REFUSAL =
  'The tests do not run while DATABASE_URL is set, so that they never touch the database of a running platform: ' +
  `unset DATABASE_URL (they start their own servers, or take ${Object.values(GIVEN).join(', ')}).`;

type Environment = Record<string, string | undefined>;

/** Throws one plain sentence when the environment names the database of a running platform. */
export function refuseLiveDatabase(environment: Environment): void {
  if (environment.DATABASE_URL) throw new Error(REFUSAL);
}

export interface TestServers {
  urls: Servers;
  started: Running[];
}

/** Takes the servers that are given and starts the others below a folder; nothing they hold outlives the run. */
export async function takeOrStartServers(
  dir: string,
  { passwords }: DevelopmentKeys,
  environment: Environment,
): Promise<TestServers> {
  const started: Running[] = [];
  const take = async (store: keyof Servers, start: () => Promise<Running>): Promise<string> => {
    const given = environment[GIVEN[store]];
    if (given) return given;
    const server = await start();
    started.push(server);
    return server.url;
  };
  const place = (name: string) => ({ dir: join(dir, name), name: `${name} of the tests`, durable: false });
  const cache = join(workspaceRoot(), '.lab/cache');
  const outcomes = await Promise.allSettled([
    take('main', () =>
      startPostgres({ ...place('postgres'), password: passwords.main.postgres, maxConnections: 400 }),
    ),
    take('telemetry', () =>
      startPostgres({
        ...place('telemetry-postgres'),
        password: passwords.telemetry.postgres,
        maxConnections: 400,
      }),
    ),
    take('clickhouse', () =>
      startClickhouse({ ...place('clickhouse'), user: 'tests', password: passwords.clickhouse }),
    ),
    take('redis', () => startRedis({ ...place('redis'), password: passwords.redis, cache })),
  ]);
  const urls: string[] = [];
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') urls.push(outcome.value);
    else {
      await Promise.all(started.map((server) => server.stop()));
      throw outcome.reason;
    }
  }
  const [main, telemetry, clickhouse, redis] = urls as [string, string, string, string];
  return { urls: { main, telemetry, clickhouse, redis }, started };
}
