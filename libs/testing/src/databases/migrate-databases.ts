import { runToEnd, SCRIPTS } from '../processes/run-to-end';
import { applyInitSql, createDatabaseIfAbsent } from './prepare';
import { databaseUrls, type DatabaseNames, type Servers } from './urls';
import type { DevelopmentKeys } from '../keys/development-keys';
import { serviceEnvironment } from '../keys/service-environment';

/**
 * Makes a set of databases unless it exists, with roles, passwords and every migration. Answers the names of the
 * migrations applied now.
 */
export async function migrateDatabases(
  servers: Servers,
  names: DatabaseNames,
  keys: DevelopmentKeys,
): Promise<string[]> {
  const urls = databaseUrls(servers, names, keys);
  const environment = serviceEnvironment(urls, keys, { coreApiPort: 0, telemetryApiPort: 0 });
  const main = async () => {
    await createDatabaseIfAbsent(servers.main, names.main);
    await applyInitSql(urls.superuserUrl, 'main-database.sql', keys.passwords.main);
    return runToEnd(SCRIPTS.coreMigration, environment.coreMigration);
  };
  const telemetry = async () => {
    await createDatabaseIfAbsent(servers.telemetry, names.telemetry);
    await applyInitSql(urls.telemetry.superuserUrl, 'telemetry-database.sql', keys.passwords.telemetry);
    return runToEnd(SCRIPTS.telemetryMigration, environment.telemetryMigration);
  };
  const outputs = await Promise.all([main(), telemetry()]);
  return outputs.flatMap((output) => output.split('\n').filter(Boolean));
}
