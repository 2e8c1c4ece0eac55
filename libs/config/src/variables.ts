import { AUDIT_COPY_VARIABLES } from './audit-copy-variables';
import { KEY_VARIABLES, KMS_VARIABLES } from './key-variables';
import { BUFFER_VARIABLES, GEO_VARIABLES, UPKEEP_VARIABLES } from './analytics-variables';
import { oidcIssuers } from './oidc-issuers';
import { SESSION_VARIABLES } from './session-variables';
import { alsoRead, flag, integer, list, oneOf, optional, pem, quota, secret, text, url } from './variable';

const POSTGRES = ['postgres', 'postgresql'];
const port = (doc: string, value: string) => integer(doc, { min: 0, max: 65535 }, { default: value });
const metricsPort = (service: string, example: string) =>
  optional(
    integer(
      `Port of GET /metrics of ${service}; 0 picks a free one, none without it.`,
      { min: 0, max: 65535 },
      { example },
    ),
  );

/** Every environment variable of the platform, once, by group. `.env.example` is generated from this. */
export const VARIABLES = {
  process: {
    NODE_ENV: oneOf('Mode of the process.', ['development', 'test', 'production'], { default: 'production' }),
    LOG_LEVEL: oneOf('Least severe log line that is written.', ['debug', 'info', 'warn', 'error'], {
      default: 'info',
    }),
    LOG_FORMAT: oneOf('Log lines as JSON, or as text for people.', ['json', 'text'], { default: 'json' }),
    SHUTDOWN_TIMEOUT_MS: integer(
      'How long open requests may take to finish on shutdown.',
      { min: 0, max: 300_000 },
      { default: '10000' },
    ),
    METRICS_HOST: text('Private address metrics are read on.', { default: '127.0.0.1' }),
  },
  coreApi: {
    CORE_API_PORT: port('Port of core-api; 0 picks a free one.', '9000'),
    CORE_API_HOST: text('Address core-api listens on.', { default: '127.0.0.1' }),
    CORS_ORIGIN: list('Exact origins browsers may call from, separated by commas.', {
      default: '',
      example: 'https://app.example.com',
    }),
    TRUSTED_PROXIES: list('Addresses or CIDR blocks whose X-Forwarded-For counts; none by default.', {
      default: '',
      example: '10.0.0.0/8',
    }),
    DNS_SERVERS: list(
      'Name servers asked whether a host name is proven, as address or address:port; the machine’s when empty.',
      { default: '', example: '192.0.2.53' },
    ),
    BODY_LIMIT_BYTES: integer(
      'Largest request body.',
      { min: 1024, max: 104_857_600 },
      { default: '262144' },
    ),
    REQUEST_HEADERS_TIMEOUT_MS: integer(
      'How long a client may take to send the headers of a request.',
      { min: 100, max: 300_000 },
      { default: '15000' },
    ),
    REQUEST_TIMEOUT_MS: integer(
      'How long a client may take to send a whole request.',
      { min: 100, max: 300_000 },
      { default: '60000' },
    ),
    INBOUND_EVENTS_DAYS: integer(
      'How long events of vendors are kept after they were worked on: longer than any is told again.',
      { min: 7, max: 365 },
      { default: '30' },
    ),
    API_KEY_USES_SECONDS: integer(
      'How often uses of API keys are written down, in seconds.',
      { min: 1, max: 3600 },
      { default: '60' },
    ),
    API_KEY_LOCK_AFTER: integer(
      'Wrong API keys of one network, or for one key, within an hour that lock it out for an hour.',
      { min: 2, max: 1_000_000 },
      { default: '20' },
    ),
    CORE_API_METRICS_PORT: metricsPort('core-api', '9464'),
    AUDIT_DELIVERY_ALERT_SECONDS: integer(
      'Age of the oldest audit event that waits for delivery from which it is an alert.',
      { min: 1, max: 86_400 },
      { default: '60' },
    ),
    ...UPKEEP_VARIABLES,
    OUTBOX_RELAY: flag('Whether this process also delivers the outbox and the analytics buffer.', {
      default: 'true',
    }),
    LAB_CLOCK_FILE: optional(
      text('Specs only, refused unless NODE_ENV=test: a file with the milliseconds the time goes ahead by.'),
    ),
  },
  sessions: SESSION_VARIABLES,
  rateLimits: {
    RATE_LIMIT_WINDOW_MS: integer(
      'Window in which requests of a user are counted, in milliseconds.',
      { min: 1000, max: 86_400_000 },
      { default: '60000' },
    ),
    RATE_LIMIT_MAX_REQUESTS: integer(
      'Requests of one user in any such window.',
      { min: 1, max: 100_000_000 },
      { default: '600' },
    ),
    RATE_LIMIT_DELETION: quota('Deletions of one user, as requests/seconds.', { default: '60/60' }),
    RATE_LIMIT_EXPORT: quota('Exports of one user.', { default: '10/600' }),
    RATE_LIMIT_STEP_UP: quota('Attempts of one user to show a second factor.', { default: '20/600' }),
    RATE_LIMIT_IMPERSONATION: quota('Impersonations one user may begin.', { default: '3/300' }),
    RATE_LIMIT_SIGN_IN: quota('Refused credentials of one address.', { default: '60/60' }),
    RATE_LIMIT_PUBLIC: quota('Requests of one address to public routes.', { default: '60/60' }),
    RATE_LIMIT_SLOTS: quota('Looks of one address at published types, their times and its holds.', {
      default: '30/60',
    }),
    RATE_LIMIT_PUBLIC_BOOKING: quota('Bookings of one address without an account.', { default: '10/3600' }),
    RATE_LIMIT_HOLD_CLAIM: quota('Times one address may claim.', { default: '20/60' }),
    RATE_LIMIT_HOLD_HEARTBEAT: quota('Heartbeats of one address.', { default: '60/60' }),
    RATE_LIMIT_HOLD_RELEASE: quota('Releases of one address.', { default: '10/60' }),
    RATE_LIMIT_HOLD_STREAM: quota('Streams of holds one address may open.', { default: '10/60' }),
    RATE_LIMIT_WEBHOOK: quota('Webhooks from one address.', { default: '1200/60' }),
    RATE_LIMIT_TELEMETRY: quota('Media and pose requests of one address: about 75 a minute and session.', {
      default: '9000/60',
    }),
    RATE_LIMIT_ORGANIZATION_FACTOR: integer(
      'An organization may do so many times what one user may.',
      { min: 1, max: 100_000 },
      { default: '20' },
    ),
    RATE_LIMIT_ADDRESS_FACTOR: integer(
      'An address signed-in users share may do so many times what one user may.',
      { min: 1, max: 100_000 },
      { default: '10' },
    ),
  },
  mainDatabase: {
    DATABASE_URL: secret(
      url('Main PostgreSQL as the role core_app.', POSTGRES, {
        example: 'postgres://core_app:…@localhost:5432/restartix',
      }),
    ),
    DATABASE_SYSTEM_URL: optional(
      secret(url('The same as core_system; DATABASE_URL with SET ROLE when absent.', POSTGRES)),
    ),
    DATABASE_RELAY_URL: optional(
      secret(url('The same as outbox_relay; DATABASE_URL with SET ROLE when absent.', POSTGRES)),
    ),
    DATABASE_MIGRATION_URL: optional(
      secret(url('The same as migrator; DATABASE_URL with SET ROLE when absent.', POSTGRES)),
    ),
    DB_MAX_CONNECTIONS: integer(
      'Largest number of connections core_app opens per process.',
      { min: 1, max: 500 },
      { default: '20' },
    ),
    DB_STATEMENT_TIMEOUT_MS: integer(
      'Longest a statement of a request may run.',
      { min: 100, max: 600_000 },
      { default: '15000' },
    ),
  },
  identity: {
    CLERK_SECRET_KEY: optional(
      secret(
        text('Secret key of the Clerk instance; without it Clerk is told of no membership that began here.', {
          example: 'sk_live_…',
        }),
      ),
    ),
    CLERK_PUBLISHABLE_KEY: text('Publishable key of the Clerk instance.', { example: 'pk_live_…' }),
    CLERK_WEBHOOK_SECRET: alsoRead(
      'CLERK_WEBHOOK_SIGNING_SECRET',
      secret(
        text('Signing secret of Clerk webhooks; CLERK_WEBHOOK_SIGNING_SECRET is read too.', {
          example: 'whsec_…',
        }),
      ),
    ),
    CLERK_JWT_KEY: optional(
      pem('Public key of session tokens: they are then verified without a network call.', 'PUBLIC KEY'),
    ),
    CLERK_API_URL: url(
      'Backend API of Clerk: it is told of memberships, and gives the keys of session tokens without CLERK_JWT_KEY.',
      ['https', 'http'],
      {
        default: 'https://api.clerk.com',
      },
    ),
    CLERK_ISSUER: url('Issuer of session tokens.', ['https', 'http'], {
      example: 'https://clerk.example.com',
    }),
    CLERK_AUTHORIZED_PARTIES: list(
      'Origins a token may have been issued to (its azp claim); any when empty.',
      { default: '', example: 'https://app.example.com' },
    ),
    OIDC_ISSUERS: oidcIssuers(
      'Further providers whose access tokens are accepted: JSON, a list of {"issuer", "audience"} and, where they differ from "sid", "org_id" and "connection", {"sessionClaim", "organizationClaim", "connectionClaim"}.',
    ),
  },
  stepUp: {
    STEP_UP_MINUTES: integer(
      'How long a proof of a second factor counts, and how old the word of the identity provider may be.',
      { min: 1, max: 43_200 },
      { default: '5' },
    ),
    WEBAUTHN_RP_ID: text('Domain that hardware keys are enrolled for (WebAuthn RP ID); never changed.', {
      default: 'localhost',
      example: 'example.com',
    }),
    WEBAUTHN_ORIGINS: list('Origins of the pages that use them; CORS_ORIGIN when empty.', { default: '' }),
  },
  keys: KEY_VARIABLES,
  kms: KMS_VARIABLES,
  serviceChannel: {
    TELEMETRY_INTERNAL_URL: url(
      'Where core-api reaches telemetry-api, on the private network.',
      ['http', 'https'],
      { example: 'http://telemetry.internal:4000' },
    ),
    CHANNEL_PRIVATE_KEY: secret(
      pem('Ed25519 key core-api signs its messages to telemetry-api with.', 'PRIVATE KEY'),
    ),
    CHANNEL_PUBLIC_KEYS: pem(
      'Ed25519 public keys telemetry-api accepts, one PEM after another (two while rotating).',
      'PUBLIC KEY',
    ),
    ANALYTICS_PUBLIC_KEY: pem('X25519 key core-api seals buffered analytics with.', 'PUBLIC KEY'),
    ANALYTICS_PRIVATE_KEY: secret(
      pem('X25519 key telemetry-api opens buffered analytics with.', 'PRIVATE KEY'),
    ),
  },
  telemetryApi: {
    TELEMETRY_PORT: port('Port of telemetry-api; 0 picks a free one.', '4000'),
    TELEMETRY_HOST: text('Private address telemetry-api listens on.', { default: '127.0.0.1' }),
    TELEMETRY_METRICS_PORT: metricsPort('telemetry-api', '9465'),
    AUDIT_SIGNING_KEY: secret(
      pem('Ed25519 key telemetry-api signs the checkpoints of the audit log with.', 'PRIVATE KEY'),
    ),
    AUDIT_LOG_NAME: text("Begins the names of the organizations' audit logs in checkpoints; never changed.", {
      default: 'restartix/audit',
    }),
    AUDIT_EARLIER_KEYS: optional(
      pem('Ed25519 public keys of signing keys used before, one PEM after another.', 'PUBLIC KEY'),
    ),
    SECURITY_ALERT_COUNT: integer(
      'Failed sign-ins of one user or address within the window that are an alert; denials take twice as many.',
      { min: 2, max: 10_000 },
      { default: '10' },
    ),
    SECURITY_ALERT_MINUTES: integer('Length of that window.', { min: 1, max: 1440 }, { default: '10' }),
    ...GEO_VARIABLES,
  },
  auditCopy: AUDIT_COPY_VARIABLES,
  telemetryDatabase: {
    TELEMETRY_DATABASE_URL: secret(
      url('Telemetry PostgreSQL as the role telemetry_writer.', POSTGRES, {
        example: 'postgres://telemetry_writer:…@localhost:5433/telemetry',
      }),
    ),
    TELEMETRY_DATABASE_READER_URL: optional(
      secret(
        url('The same as telemetry_reader; TELEMETRY_DATABASE_URL with SET ROLE when absent.', POSTGRES),
      ),
    ),
    TELEMETRY_DATABASE_MAINTAINER_URL: optional(
      secret(
        url('The same as telemetry_maintainer; TELEMETRY_DATABASE_URL with SET ROLE when absent.', POSTGRES),
      ),
    ),
    TELEMETRY_DATABASE_MIGRATION_URL: optional(
      secret(url('The same as migrator; TELEMETRY_DATABASE_URL with SET ROLE when absent.', POSTGRES)),
    ),
    TELEMETRY_DB_MAX_CONNECTIONS: integer(
      'Largest number of connections telemetry_writer opens per process.',
      { min: 1, max: 500 },
      { default: '10' },
    ),
  },
  clickhouse: {
    CLICKHOUSE_URL: secret(
      url('ClickHouse over HTTP, credentials and database in the URL.', ['http', 'https', 'clickhouse'], {
        example: 'https://user:…@host:8443/analytics',
      }),
    ),
  },
  redis: {
    REDIS_URL: optional(
      secret(
        url('Redis; without it the service starts degraded.', ['redis', 'rediss'], {
          example: 'redis://localhost:6379',
        }),
      ),
    ),
    REDIS_KEY_PREFIX: text('Put before every key.', { default: 'restartix:' }),
    ...BUFFER_VARIABLES,
  },
} as const;
