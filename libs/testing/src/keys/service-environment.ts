import type { DatabaseUrls } from '../databases/urls';
import type { DevelopmentKeys } from './development-keys';

/** Who mints tokens in the lab and in tests, and the origin they are minted for. */
export const LAB_ISSUER = 'https://clerk.lab.example';
export const LAB_ORIGIN = 'https://app.lab.example';

/** So wide that no load of a test or a benchmark meets them by accident; a spec about limits puts its own over them. */
const WIDE_LIMITS = {
  RATE_LIMIT_MAX_REQUESTS: '100000000',
  RATE_LIMIT_DELETION: '100000000/60',
  RATE_LIMIT_EXPORT: '100000000/60',
  RATE_LIMIT_STEP_UP: '100000000/60',
  RATE_LIMIT_IMPERSONATION: '100000000/60',
  RATE_LIMIT_SIGN_IN: '100000000/60',
  RATE_LIMIT_PUBLIC: '100000000/60',
  RATE_LIMIT_SLOTS: '100000000/60',
  RATE_LIMIT_PUBLIC_BOOKING: '100000000/60',
  RATE_LIMIT_HOLD_CLAIM: '100000000/60',
  RATE_LIMIT_HOLD_HEARTBEAT: '100000000/60',
  RATE_LIMIT_HOLD_RELEASE: '100000000/60',
  RATE_LIMIT_HOLD_STREAM: '100000000/60',
  RATE_LIMIT_WEBHOOK: '100000000/60',
  RATE_LIMIT_TELEMETRY: '100000000/60',
};

export interface Places {
  coreApiPort: number;
  telemetryApiPort: number;
  /** Ports of their metrics; none without them. */
  metricsPorts?: { coreApi: number; telemetryApi: number };
  /** City database; without one every country is unknown. */
  geoDatabase?: string;
  /** Folder of the copy of the audit log; none without. */
  auditCopy?: string;
}

type Environment = Record<string, string>;

export interface ServiceEnvironments {
  coreApi: Environment;
  telemetryApi: Environment;
  /** For the migrate process of each. */
  coreMigration: Environment;
  telemetryMigration: Environment;
}

/** The whole environment of each process of the platform. */
export function serviceEnvironment(
  urls: DatabaseUrls,
  keys: DevelopmentKeys,
  places: Places,
): ServiceEnvironments {
  const common = { NODE_ENV: 'development', LOG_FORMAT: 'json', LOG_LEVEL: 'info' };
  const telemetryStores = {
    TELEMETRY_DATABASE_URL: urls.telemetry.writerUrl,
    TELEMETRY_DATABASE_READER_URL: urls.telemetry.readerUrl,
    TELEMETRY_DATABASE_MAINTAINER_URL: urls.telemetry.maintainerUrl,
    CLICKHOUSE_URL: urls.clickhouseUrl,
  };
  return {
    coreApi: {
      ...common,
      ...identity(keys),
      ...LAB_SESSIONS,
      CORE_API_PORT: String(places.coreApiPort),
      ...WIDE_LIMITS,
      ...(places.metricsPorts ? { CORE_API_METRICS_PORT: String(places.metricsPorts.coreApi) } : {}),
      CORS_ORIGIN: LAB_ORIGIN,
      TRUSTED_PROXIES: '127.0.0.1/32,::1/128',
      DATABASE_URL: urls.databaseUrl,
      DATABASE_SYSTEM_URL: urls.systemUrl,
      DATABASE_RELAY_URL: urls.relayUrl,
      ENCRYPTION_KEY: keys.encryptionKey,
      BLIND_INDEX_KEY: keys.blindIndexKey,
      TELEMETRY_INTERNAL_URL: `http://127.0.0.1:${places.telemetryApiPort}`,
      CHANNEL_PRIVATE_KEY: keys.channel.privateKey,
      ANALYTICS_PUBLIC_KEY: keys.analytics.publicKey,
      REDIS_URL: urls.redisUrl,
      REDIS_KEY_PREFIX: urls.redisPrefix,
    },
    telemetryApi: {
      ...common,
      ...telemetryStores,
      TELEMETRY_PORT: String(places.telemetryApiPort),
      ...(places.metricsPorts ? { TELEMETRY_METRICS_PORT: String(places.metricsPorts.telemetryApi) } : {}),
      TELEMETRY_ENCRYPTION_KEY: keys.telemetryEncryptionKey,
      CHANNEL_PUBLIC_KEYS: keys.channel.publicKey,
      ANALYTICS_PRIVATE_KEY: keys.analytics.privateKey,
      AUDIT_SIGNING_KEY: keys.audit.privateKey,
      ...(places.auditCopy ? { AUDIT_COPY_PATH: places.auditCopy } : {}),
      ...(places.geoDatabase ? { GEOIP_DATABASE_PATH: places.geoDatabase } : {}),
    },
    coreMigration: { DATABASE_URL: urls.databaseUrl, DATABASE_MIGRATION_URL: urls.migrationUrl },
    telemetryMigration: {
      ...telemetryStores,
      TELEMETRY_DATABASE_MIGRATION_URL: urls.telemetry.migrationUrl,
    },
  };
}

/** Ready-made tokens are used as long as a lab runs: the policy of sessions is a month in all its terms there. */
const LAB_SESSIONS: Environment = {
  STEP_UP_MINUTES: '43200',
  WEBAUTHN_RP_ID: new URL(LAB_ORIGIN).hostname,
  SESSION_IDLE_MINUTES: '43200',
  SESSION_PATIENT_MINUTES: '43200',
  SESSION_SPECIALIST_MINUTES: '43200',
  SESSION_ADMIN_MINUTES: '43200',
  SESSION_REAUTH_MINUTES: '43200',
  SESSIONS_PER_USER: '100000',
};

/** Without a secret key: there is no Clerk to be told of memberships, and the key of tokens is given. */
function identity({ clerk }: DevelopmentKeys): Environment {
  return {
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    CLERK_WEBHOOK_SECRET: clerk.webhookSecret,
    CLERK_JWT_KEY: clerk.publicKey,
    CLERK_ISSUER: LAB_ISSUER,
    CLERK_AUTHORIZED_PARTIES: LAB_ORIGIN,
  };
}
