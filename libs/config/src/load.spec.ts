import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import {
  alsoRead,
  ConfigError,
  flag,
  integer,
  key,
  list,
  loadConfig,
  optional,
  secret,
  text,
  url,
  VARIABLES,
} from './index';

const faultsOf = (load: () => unknown): string[] => {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
};

const DECLARATIONS = {
  DATABASE_URL: secret(url('Main database.', ['postgres'])),
  ENCRYPTION_KEY: secret(key('Root key.', 32)),
  PORT: integer('Port.', { min: 0, max: 65535 }, { default: '9000' }),
  RELAY: flag('Relay.', { default: 'true' }),
  ORIGINS: list('Origins.', { default: '' }),
  REDIS_URL: optional(url('Redis.', ['redis'])),
  NAME: text('Name.'),
};

const GOOD = {
  DATABASE_URL: 'postgres://core_app@localhost/restartix',
  ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
  NAME: 'one',
};

describe('configuration', () => {
  it('gives typed values, defaults, and undefined for what is optional and absent', () => {
    const config = loadConfig(DECLARATIONS, GOOD);
    expect(config.DATABASE_URL.reveal()).toBe(GOOD.DATABASE_URL);
    expect(config.ENCRYPTION_KEY.reveal()).toEqual(Buffer.alloc(32, 7));
    expect(config).toMatchObject({ PORT: 9000, RELAY: true, ORIGINS: [], NAME: 'one' });
    expect(config.REDIS_URL).toBeUndefined();
  });

  it('names every fault at once, missing and malformed, and nothing that is in order', () => {
    const faults = faultsOf(() =>
      loadConfig(DECLARATIONS, {
        ENCRYPTION_KEY: 'short',
        PORT: '70000',
        RELAY: 'yes',
        REDIS_URL: 'http://x',
      }),
    );
    expect(faults).toEqual([
      'DATABASE_URL is missing: Main database.',
      'ENCRYPTION_KEY must be 32 bytes in base64',
      'PORT must be a whole number from 0 to 65535',
      'RELAY must be true, 1, false or 0',
      'REDIS_URL must be a URL beginning with redis://',
      'NAME is missing: Name.',
    ]);
  });

  it('shows every fault in its message, and none of the values', () => {
    const environment = { ...GOOD, DATABASE_URL: 'mysql://root:hunter2@db', ENCRYPTION_KEY: 'c2VjcmV0' };
    const load = () => loadConfig(DECLARATIONS, environment);
    expect(load).toThrow(/DATABASE_URL must be[^]*ENCRYPTION_KEY must be/);
    expect(load).not.toThrow(/hunter2|c2VjcmV0/);
  });

  it('takes an empty text for an absent one', () => {
    const environment = { ...GOOD, NAME: '', PORT: '', RELAY: '', REDIS_URL: '' };
    expect(faultsOf(() => loadConfig(DECLARATIONS, environment))).toEqual(['NAME is missing: Name.']);
    const config = loadConfig(DECLARATIONS, { ...environment, NAME: 'two' });
    expect(config).toMatchObject({ PORT: 9000, RELAY: true });
    expect(config.REDIS_URL).toBeUndefined();
  });

  it('cannot be changed afterwards', () => {
    const config = loadConfig(DECLARATIONS, GOOD) as { PORT: number };
    expect(() => (config.PORT = 1)).toThrow(TypeError);
  });

  it('has every default of the platform in order', () => {
    for (const group of Object.values(VARIABLES)) {
      const faults = faultsOf(() => loadConfig(group, {}));
      expect(faults.filter((fault) => !fault.includes(' is missing: '))).toEqual([]);
    }
  });

  it('declares every name once', () => {
    const names = Object.values(VARIABLES).flatMap((group) => Object.keys(group));
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('loadConfigOrExit', () => {
  const ROOT = join(__dirname, '../../..');
  const PROGRAM = `
    const { transformFileSync } = require('@swc/core');
    require.extensions['.ts'] = (module, file) => module._compile(transformFileSync(file).code, file);
    const { loadConfigOrExit, VARIABLES } = require('./libs/config/src/index.ts');
    const config = loadConfigOrExit({ ...VARIABLES.keys, ...VARIABLES.mainDatabase });
    console.log('started', config.DB_MAX_CONNECTIONS, JSON.stringify(config));`;
  const start = (env: Record<string, string>) =>
    spawnSync(process.execPath, ['-e', PROGRAM], { cwd: ROOT, env, encoding: 'utf8' });
  const KEY = Buffer.alloc(32, 7).toString('base64');

  it('ends the process with a code that is not 0, naming each missing and malformed variable', () => {
    const { status, stdout, stderr } = start({ ENCRYPTION_KEY: 'c2VjcmV0', DB_MAX_CONNECTIONS: 'many' });
    expect(status).toBe(78);
    expect(stdout).toBe('');
    const named = [...stderr.matchAll(/^ {2}([A-Z_]+) (is missing|must be)/gm)].map(([, name, what]) => [
      name,
      what,
    ]);
    expect(named).toEqual([
      ['ENCRYPTION_KEY', 'must be'],
      ['BLIND_INDEX_KEY', 'is missing'],
      ['TELEMETRY_ENCRYPTION_KEY', 'is missing'],
      ['DATABASE_URL', 'is missing'],
      ['DB_MAX_CONNECTIONS', 'must be'],
    ]);
    expect(stderr).not.toContain('c2VjcmV0');
  });

  it('lets a process start whose environment is in order', () => {
    const DATABASE_URL = 'postgresql://core_app:hunter2@localhost/restartix';
    const { status, stdout } = start({
      ENCRYPTION_KEY: KEY,
      BLIND_INDEX_KEY: KEY,
      TELEMETRY_ENCRYPTION_KEY: KEY,
      DATABASE_URL,
    });
    expect(stdout).toContain('started 20');
    expect(stdout).not.toContain('hunter2');
    expect(status).toBe(0);
  });
});

describe('a variable with a second name', () => {
  const declarations = { CLERK_WEBHOOK_SECRET: alsoRead('CLERK_WEBHOOK_SIGNING_SECRET', text('Secret.')) };

  it('is read under it when its own is absent, and its own wins', () => {
    expect(loadConfig(declarations, { CLERK_WEBHOOK_SIGNING_SECRET: 'b' }).CLERK_WEBHOOK_SECRET).toBe('b');
    const both = { CLERK_WEBHOOK_SECRET: 'a', CLERK_WEBHOOK_SIGNING_SECRET: 'b' };
    expect(loadConfig(declarations, both).CLERK_WEBHOOK_SECRET).toBe('a');
    expect(faultsOf(() => loadConfig(declarations, {}))).toHaveLength(1);
  });
});
