/**
 * Writes docker/.env with fresh passwords and keys for docker compose: node docker/make-env.mjs
 * What only Clerk knows stays empty and is filled in by hand. An existing file is never written over: the keys in it
 * are the only way to read what was encrypted with them. With --print nothing is written.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(new URL('.env', import.meta.url));

/** Hexadecimal, because it stands in URLs. */
const password = () => randomBytes(24).toString('hex');
const key = () => randomBytes(32).toString('base64');

/** A pair as PEM on one line, as libs/config reads it. */
function pair(type) {
  const { privateKey, publicKey } = generateKeyPairSync(type);
  const line = (pem) => `'${pem.trim().replaceAll('\n', '\\n')}'`;
  return {
    privateKey: line(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    publicKey: line(publicKey.export({ type: 'spki', format: 'pem' })),
  };
}

const channel = pair('ed25519');
const analytics = pair('x25519');
const audit = pair('ed25519');

const GROUPS = {
  'Clerk: to be filled in': {
    CLERK_SECRET_KEY: '',
    CLERK_PUBLISHABLE_KEY: '',
    CLERK_WEBHOOK_SECRET: '',
    CLERK_ISSUER: '',
  },
  'Clerk, optional; and who may call': {
    CLERK_JWT_KEY: '',
    CLERK_AUTHORIZED_PARTIES: '',
    CORS_ORIGIN: '',
    TRUSTED_PROXIES: '',
  },
  'Production: which images': { IMAGE_PREFIX: 'restartix', RELEASE: '' },
  'Keys: lose them and what they encrypted is lost': {
    ENCRYPTION_KEY: key(),
    BLIND_INDEX_KEY: key(),
    TELEMETRY_ENCRYPTION_KEY: key(),
    AUDIT_SIGNING_KEY: audit.privateKey,
  },
  'Keys of before a rotation, until everything is rewrapped: comma-separated': {
    ENCRYPTION_EARLIER_KEYS: '',
    TELEMETRY_EARLIER_KEYS: '',
  },
  'The private channel between the services': {
    CHANNEL_PRIVATE_KEY: channel.privateKey,
    CHANNEL_PUBLIC_KEYS: channel.publicKey,
    ANALYTICS_PUBLIC_KEY: analytics.publicKey,
    ANALYTICS_PRIVATE_KEY: analytics.privateKey,
  },
  'Passwords of the stores: letters and digits only': {
    MAIN_SUPERUSER_PASSWORD: password(),
    MAIN_MIGRATOR_PASSWORD: password(),
    CORE_APP_PASSWORD: password(),
    CORE_SYSTEM_PASSWORD: password(),
    OUTBOX_RELAY_PASSWORD: password(),
    TELEMETRY_SUPERUSER_PASSWORD: password(),
    TELEMETRY_MIGRATOR_PASSWORD: password(),
    TELEMETRY_WRITER_PASSWORD: password(),
    TELEMETRY_READER_PASSWORD: password(),
    TELEMETRY_MAINTAINER_PASSWORD: password(),
    CLICKHOUSE_PASSWORD: password(),
    REDIS_PASSWORD: password(),
  },
};

const text = Object.entries(GROUPS)
  .map(([title, values]) =>
    [`# ${title}`, ...Object.entries(values).map(([name, value]) => `${name}=${value}`), ''].join('\n'),
  )
  .join('\n');

if (process.argv.includes('--print')) {
  process.stdout.write(text);
} else {
  try {
    writeFileSync(FILE, text, { flag: 'wx', mode: 0o600 });
    process.stdout.write(`${FILE} is written. Fill in what Clerk knows.\n`);
  } catch (error) {
    process.stderr.write(
      error.code === 'EEXIST'
        ? `${FILE} exists and is left as it is: its keys would be lost.\n`
        : `${error.message}\n`,
    );
    process.exitCode = 1;
  }
}
