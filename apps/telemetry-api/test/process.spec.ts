import { loadConfig } from '@restartix/config';
import { serviceEnvironment, runToEnd, SCRIPTS } from '@restartix/testing';
import { TELEMETRY_VARIABLES } from '../src/telemetry.config';
import { Gate } from './gate';
import { Telemetry } from './telemetry';

let telemetry: Telemetry;
beforeAll(async () => (telemetry = await Telemetry.create()));
afterAll(() => telemetry.stop());

const environments = () =>
  serviceEnvironment(telemetry.databases, telemetry.keys, { coreApiPort: 0, telemetryApiPort: 0 });

it('migrates nothing twice', async () => {
  await expect(runToEnd(SCRIPTS.telemetryMigration, environments().telemetryMigration)).resolves.toBe('');
});

it('says what could not be migrated, and ends with 1', async () => {
  const gate = await Gate.before(telemetry.databases.clickhouseUrl);
  await gate.cut();
  const environment = {
    ...environments().telemetryMigration,
    CLICKHOUSE_URL: gate.url(telemetry.databases.clickhouseUrl),
  };
  await expect(runToEnd(SCRIPTS.telemetryMigration, environment)).rejects.toThrow(/code 1:\n.*ECONNREFUSED/);
});

it('names every variable it lacks and ends with 78', async () => {
  const complete = environments().telemetryApi;
  const names = [
    'TELEMETRY_DATABASE_URL',
    'CLICKHOUSE_URL',
    'CHANNEL_PUBLIC_KEYS',
    'TELEMETRY_ENCRYPTION_KEY',
    'AUDIT_SIGNING_KEY',
  ];
  const lacking = Object.fromEntries(Object.entries(complete).filter(([name]) => !names.includes(name)));
  const failure = await runToEnd(SCRIPTS.telemetryApi, lacking).then(String, String);
  expect(failure).toContain('code 78');
  for (const name of names) expect(failure).toContain(`${name} is missing`);
});

it('listens on loopback unless it is told a private address', () => {
  expect(loadConfig(TELEMETRY_VARIABLES, environments().telemetryApi).TELEMETRY_HOST).toBe('127.0.0.1');
});

it('is told nothing of core-api: it could not call back', () => {
  const { telemetryApi, coreApi } = environments();
  const calls = Object.keys(telemetryApi).filter((name) => /CORE|CALLBACK|WEBHOOK/.test(name));
  expect(calls).toEqual([]);
  const secrets = [
    'CHANNEL_PRIVATE_KEY',
    'ENCRYPTION_KEY',
    'BLIND_INDEX_KEY',
    'CLERK_WEBHOOK_SECRET',
    'DATABASE_URL',
  ];
  for (const name of secrets)
    expect([name, coreApi[name] !== undefined, telemetryApi[name]]).toEqual([name, true, undefined]);
});
