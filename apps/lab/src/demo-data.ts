import { createClient } from '@clickhouse/client';
import {
  execute,
  LAB_DATABASES,
  provisionPlatform,
  urlOf,
  type DevelopmentKeys,
  type Servers,
} from '@restartix/testing';
import Redis from 'ioredis';
import { demoOf, type Demo } from './state/demo';

interface Loading {
  coreApi: string;
  /** core-api's own environment: its provisioning command runs in it. */
  environment: Record<string, string>;
  keys: DevelopmentKeys;
  /** Patients per organization. */
  patients?: number;
  onProgress: (done: number, total: number) => void;
}

/** Two organizations with people in every role and their patients. Only for empty databases. */
export async function loadDemo({ coreApi, environment, keys, ...people }: Loading): Promise<Demo> {
  return demoOf(await provisionPlatform(coreApi, environment, keys, people));
}

/** Removes what an interrupted set-up may have left: a half loaded demo is never shown as a whole one. */
export async function removeDatabases(servers: Servers): Promise<void> {
  const { main, telemetry, clickhouse } = LAB_DATABASES;
  const redis = new Redis(servers.redis, { maxRetriesPerRequest: 1, disconnectTimeout: 50 });
  const engine = createClient({ url: urlOf(servers.clickhouse, '') });
  try {
    await Promise.all([
      execute(servers.main, [`drop database if exists ${main} with (force)`]),
      execute(servers.telemetry, [`drop database if exists ${telemetry} with (force)`]),
      engine.command({ query: `DROP DATABASE IF EXISTS ${clickhouse} SYNC` }),
      redis.flushall(),
    ]);
  } finally {
    redis.disconnect();
    await engine.close();
  }
}
