import { readFileSync } from 'node:fs';
import type { DevelopmentKeys } from '../keys/development-keys';
import type { DatabaseNames, Servers } from './urls';

/** What one run of the suite has in common: written by the global setup, read by every spec. */
export interface TestRun {
  id: string;
  /** Folder of this run; removed at its end. */
  dir: string;
  servers: Servers;
  keys: DevelopmentKeys;
  /** Migrated and empty; test databases are made after them. */
  templates: DatabaseNames;
  geoDatabase: string;
}

/** Name of the variable that tells the specs where the run is described. */
export const TEST_RUN = 'RESTARTIX_TEST_RUN';

let run: TestRun | undefined;

/** The run this spec belongs to. Throws outside of jest. */
export function testRun(): TestRun {
  const path = process.env[TEST_RUN];
  if (!path)
    throw new Error('Test databases exist only in a run of jest with the global setup of libs/testing.');
  run ??= JSON.parse(readFileSync(path, 'utf8')) as TestRun;
  return run;
}
