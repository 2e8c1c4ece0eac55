import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '@restartix/config';
import { createHttpApp, HealthModule, listRoutes } from '@restartix/http';
import { createLogger } from '@restartix/logging';
import {
  DECLARED,
  ENTRY_POINTS,
  inspectPackaging,
  readStacks,
  readTree,
  type Facts,
  type Tree,
} from '../src/packaging/packaging.service';

const WORKSPACE = join(__dirname, '../../..');
const tree = readTree(WORKSPACE);

/** Runs node in an environment that holds nothing but the path, and answers what it wrote. */
function runNode(...args: string[]): Promise<string> {
  const options = { cwd: WORKSPACE, env: { PATH: process.env.PATH } };
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (_, stdout, stderr) => resolve(stdout + stderr));
  });
}

/** The variables a built program says it misses when it is given none. */
async function requiredBy(script: string): Promise<string[]> {
  const complaint = await runNode(script);
  const names = [...complaint.matchAll(/^ {2}(\w+) is missing:/gm)].map(([, name]) => name!);
  if (names.length === 0) throw new Error(`${script} does not say what it misses:\n${complaint}`);
  return names;
}

async function openRoutes(): Promise<string[]> {
  const logger = createLogger({ level: 'error', format: 'json', service: 'packaging' });
  const app = await createHttpApp({
    module: HealthModule,
    bodyLimitBytes: 1024,
    trustedProxies: [],
    corsOrigins: [],
    logger,
  });
  const open = listRoutes(app).filter(({ access }) => access?.kind === 'public');
  await app.close();
  return open.map(({ method, path }) => `${method} ${path}`);
}

/** The variables the tests take their servers from, as their sources name them. */
function testVariables(): string[] {
  const folder = join(WORKSPACE, 'libs/testing/src');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
  return [...new Set(sources.join('\n').match(/\bTEST_\w+_URL\b/g))];
}

/** NAME=value lines; a quoted value is taken as it stands. */
function readVariables(text: string): Record<string, string> {
  const lines = [...text.matchAll(/^(\w+)=(.*)$/gm)];
  return Object.fromEntries(lines.map(([, name, value]) => [name, value!.replace(/^'(.*)'$/, '$1')]));
}

let written: Record<string, string>;
let facts: Facts;

beforeAll(async () => {
  const scripts = Object.values(ENTRY_POINTS);
  const required = await Promise.all(scripts.map(requiredBy));
  const manifest = JSON.parse(tree.text('package.json')) as { scripts: Record<string, string> };
  written = readVariables(await runNode('docker/make-env.mjs', '--print'));
  facts = {
    openRoutes: await openRoutes(),
    required: Object.fromEntries(scripts.map((script, index) => [script, required[index]!])),
    written: Object.keys(written),
    scripts: Object.keys(manifest.scripts),
    testVariables: testVariables(),
  };
});

/** The tree with one text of one file changed; every place it stands in. */
function planted(path: string, from: string | RegExp, to: string): Tree {
  const before = tree.text(path);
  const after = before.replaceAll(from, to);
  if (after === before) throw new Error(`${path} does not hold ${String(from)}`);
  return { ...tree, text: (asked) => (asked === path ? after : tree.text(asked)) };
}

const without = (path: string): Tree => ({
  ...tree,
  exists: (asked) => asked !== path && tree.exists(asked),
});

const told = (changed: Tree) =>
  inspectPackaging(changed, facts).map(({ where, what }) => `${where}: ${what}`);

const CORE = 'docker/core-api.Dockerfile';
const TELEMETRY = 'docker/telemetry-api.Dockerfile';
const BASE = 'docker/compose.yml';
const DEV = 'docker/compose.dev.yml';
const PROD = 'docker/compose.prod.yml';
const CI = '.github/workflows/ci.yml';

describe('the packaging', () => {
  it('fits the tree, the configuration, the routes and the npm scripts', () => {
    expect(told(tree)).toEqual([]);
  });

  it('gives every process variables that its configuration reads', () => {
    const clerk = { CLERK_SECRET_KEY: 'a', CLERK_PUBLISHABLE_KEY: 'b', CLERK_WEBHOOK_SECRET: 'c' };
    const filled: Record<string, string> = {
      ...written,
      ...clerk,
      CLERK_ISSUER: 'https://clerk.example.com',
    };
    for (const stack of Object.values(readStacks(tree))) {
      for (const name of Object.keys(ENTRY_POINTS)) {
        const given = Object.entries(stack.services[name]!.environment ?? {}).map(([key, value]) => [
          key,
          String(value).replace(/\$\{(\w+)[^}]*\}/g, (_, variable: string) => filled[variable] ?? ''),
        ]);
        const declarations = Object.fromEntries(given.map(([key]) => [key, DECLARED[key!]!]));
        const config = loadConfig(declarations, Object.fromEntries(given) as Record<string, string>);
        expect(Object.keys(config)).not.toHaveLength(0);
      }
    }
  });

  it('makes new secrets each time, and one for each thing', async () => {
    const again = readVariables(await runNode('docker/make-env.mjs', '--print'));
    const secrets = Object.entries(written).filter(([, value]) => value.length >= 32);
    expect(secrets.length).toBeGreaterThan(15);
    for (const [name, value] of secrets) expect(again[name]).not.toBe(value);
    expect(new Set(secrets.map(([, value]) => value)).size).toBe(secrets.length);
  });
});

describe('a planted violation is told', () => {
  it.each<[string, () => Tree, string]>([
    [
      'a published port of telemetry-api, for development',
      () => planted(DEV, 'image: restartix/telemetry-api:dev', "$&\n  ports: ['4000:4000']"),
      'the development stack: telemetry-api publishes a port',
    ],
    [
      'a published port of telemetry-api, in production',
      () => planted(PROD, /^ {2}telemetry-api:\n/gm, "$&    ports: ['127.0.0.1:4000:4000']\n"),
      'the production stack: telemetry-api publishes a port',
    ],
    [
      'a published port of a store',
      () => planted(BASE, 'image: postgres:18.4-bookworm', "$&\n    ports: ['5432:5432']"),
      'postgres publishes a port',
    ],
    [
      'core-api on every address of the host',
      () => planted(PROD, '127.0.0.1:9000:9000', '9000:9000'),
      'core-api publishes 9000:9000',
    ],
    [
      'telemetry-api on a network with a way out',
      () =>
        planted(
          BASE,
          'networks: [channel, telemetry, metrics]',
          'networks: [edge, channel, telemetry, metrics]',
        ),
      'telemetry-api is on the network edge, which is not internal',
    ],
    [
      'telemetry-api on the network of the host',
      () => planted(BASE, 'networks: [channel, telemetry, metrics]', 'network_mode: host'),
      'telemetry-api uses network_mode host',
    ],
    [
      'core-api beside the store of the record',
      () =>
        planted(
          BASE,
          'networks: [edge, care, channel, metrics]',
          'networks: [edge, care, channel, metrics, telemetry]',
        ),
      'timescaledb shares the network telemetry with core-api',
    ],
    [
      'a COPY source that is not there',
      () => planted(CORE, 'COPY libs ./libs', 'COPY packages ./packages'),
      'COPY packages: there is no such file',
    ],
    [
      'a COPY source that the build context leaves out',
      () => planted('.dockerignore', '!migrations\n', ''),
      'COPY migrations: .dockerignore keeps it out',
    ],
    [
      'a stage that is not there',
      () => planted(CORE, '--from=build', '--from=builder'),
      'COPY --from=builder: there is no such stage',
    ],
    [
      'sources in the image',
      () => planted(CORE, 'COPY package.json ./\n', 'COPY package.json apps ./\n'),
      'COPY apps: sources in the image',
    ],
    ['root in the image', () => planted(TELEMETRY, 'USER node\n', ''), `${TELEMETRY}: runs as root`],
    [
      'an image that moves',
      () => planted(CORE, 'node:20-bookworm-slim', 'node:latest'),
      'moves: name a version',
    ],
    ['a store that moves', () => planted(BASE, '2.28.2-pg16', 'latest-pg16'), 'moves: name a version'],
    ['a store without a version', () => planted(BASE, 'redis:7.2-bookworm', 'redis'), '"redis" has no tag'],
    [
      'an entry point that no source builds',
      () => without('apps/core-api/src/migrate.ts'),
      'starts dist/apps/core-api/src/migrate.js, which no source builds',
    ],
    [
      'another entry point',
      () => planted(TELEMETRY, 'src/main.js', 'src/server.js'),
      'starts dist/apps/telemetry-api/src/server.js',
    ],
    ['a shell between node and its signals', () => planted(CORE, /^CMD .*$/gm, 'CMD npm start'), 'no signal'],
    ['another port', () => planted(CORE, 'EXPOSE 9000', 'EXPOSE 8080'), 'exposes 8080, not 9000'],
    [
      'a health check of another port',
      () => planted(TELEMETRY, '127.0.0.1:4000', '127.0.0.1:9000'),
      'asks port 9000 for its health',
    ],
    [
      'a health check of a route that does not exist',
      () => planted(CORE, '/health/live', '/healthz'),
      'asks /healthz for its health',
    ],
    [
      'a variable nobody declares',
      () => planted(BASE, 'CORE_API_HOST:', 'CORE_API_ADDRESS:'),
      'core-api is given CORE_API_ADDRESS, which is not declared',
    ],
    [
      'a required variable that is not given',
      () => planted(BASE, /^ +BLIND_INDEX_KEY: .*\n/gm, ''),
      'core-api is not given BLIND_INDEX_KEY',
    ],
    [
      'a required variable that may be empty',
      () => planted(BASE, '${ENCRYPTION_KEY:?}', '${ENCRYPTION_KEY:-}'),
      'core-api is given ENCRYPTION_KEY by ENCRYPTION_KEY, which may be empty',
    ],
    [
      'the keys of the other service',
      () =>
        planted(
          BASE,
          'CORE_API_HOST: 0.0.0.0',
          '$&\n      CLICKHOUSE_URL: http://u:${CLICKHOUSE_PASSWORD:?}@c',
        ),
      'core-api is given CLICKHOUSE_URL, which is kept from it',
    ],
    [
      "the owner's URL of the database",
      () => planted(BASE, 'DATABASE_SYSTEM_URL:', 'DATABASE_MIGRATION_URL:'),
      'core-api is given DATABASE_MIGRATION_URL, which is kept from it',
    ],
    [
      'a secret in the file',
      () => planted(BASE, '${CLERK_SECRET_KEY:?}', 'sk_test_1'),
      'core-api is given CLERK_SECRET_KEY: a secret is written into the file',
    ],
    [
      'a variable that docker/.env is not made with',
      () => planted(BASE, '${REDIS_PASSWORD:?}', '${CACHE_PASSWORD:?}'),
      'does not write CACHE_PASSWORD',
    ],
    [
      'a service that is gone',
      () => planted(BASE, /^ {2}clickhouse:$/gm, '  warehouse:'),
      'clickhouse is missing',
    ],
    [
      'a mounted file that is gone',
      () => without('docker/init/main-database.sql'),
      'mounts docker/init/main-dat',
    ],
    [
      'a script that cannot be run',
      () => ({ ...tree, isExecutable: () => false }),
      'mounts docker/init/roles.sh: it is not executable',
    ],
    ['a volume nobody declares', () => planted(BASE, /^ {2}redis-data:\n/gm, ''), 'mounts redis-data'],
    [
      'an npm script that is gone',
      () => planted(CI, '- run: .ci/run', '- run: npm run verify'),
      'npm verify: no such',
    ],
    ['a file that is gone', () => planted(CI, 'run: .ci/run', 'run: .ci/test'), '.ci/test'],
    ['an action by its tag', () => planted(CI, /@[0-9a-f]{40}/g, '@v6'), 'uses actions/checkout@v6'],
    [
      'a server nobody started',
      () => planted(CI, '127.0.0.1:5433/', '127.0.0.1:5434/'),
      'gives TEST_TELEMETRY_DATABASE_URL',
    ],
    ['a variable no test reads', () => planted(CI, 'TEST_REDIS_URL', 'TEST_CACHE_URL'), 'TEST_REDIS_URL'],
    [
      'tests against other servers than those of the stack',
      () => planted(CI, 'postgres:18.4-bookworm', 'postgres:15-bookworm'),
      'which is not what the stack runs on',
    ],
  ])('%s', (_, plant, expected) => {
    expect(told(plant()).filter((line) => line.includes(expected))).not.toEqual([]);
  });
});
