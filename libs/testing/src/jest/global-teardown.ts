import { rmSync } from 'node:fs';
import { dropClickhouseDatabase } from '../databases/clickhouse-copy';
import { execute } from '../databases/prepare';
import { dropStatement } from '../databases/test-databases';
import type { DatabaseNames } from '../databases/urls';
import type { TestServers } from './servers';

interface Kept {
  dir: string;
  servers: TestServers;
  templates: DatabaseNames;
}

/** jest loads setup and teardown as two modules of one process. */
const shared = globalThis as { restartixTestRun?: Kept };

export function keepForTeardown(kept: Kept): void {
  shared.restartixTestRun = kept;
}

/** Leaves nothing behind: given servers lose the templates, started ones end. */
export default async function globalTeardown(): Promise<void> {
  const kept = shared.restartixTestRun;
  if (!kept) return;
  const { dir, servers, templates } = kept;
  const { urls, started } = servers;
  if (started.length < Object.keys(urls).length) {
    await Promise.all([
      execute(urls.main, [dropStatement(templates.main)]),
      execute(urls.telemetry, [dropStatement(templates.telemetry)]),
      dropClickhouseDatabase(urls.clickhouse, templates.clickhouse),
    ]);
  }
  await Promise.all(started.map((server) => server.stop()));
  rmSync(dir, { recursive: true, force: true });
}
