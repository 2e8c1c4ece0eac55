import { integer, optional, secret, text, url } from './variable';

/** Of telemetry-api: where addresses are looked up, and which are excluded. */
export const GEO_VARIABLES = {
  GEOIP_DATABASE_PATH: optional(text('MaxMind database (City or Country schema); "unknown" without one.')),
  MAXMIND_ACCOUNT_ID: optional(text('MaxMind account, for the geo database and the privacy exclusions.')),
  MAXMIND_LICENSE_KEY: optional(secret(text('License key of that account.'))),
  MAXMIND_DOWNLOAD_URL: url('Where the geo database is fetched.', ['https', 'http'], {
    default: 'https://download.maxmind.com/geoip/databases/GeoLite2-City/download',
  }),
  MAXMIND_API_URL: url('Where the privacy exclusions are fetched.', ['https', 'http'], {
    default: 'https://api.maxmind.com',
  }),
} as const;

/** Of core-api: what it does for the analytics by itself. */
export const UPKEEP_VARIABLES = {
  SERVICE_METRICS_INTERVAL_MS: integer(
    'How often what was measured of the API is handed in.',
    { min: 100, max: 3_600_000 },
    { default: '60000' },
  ),
  WITHDRAWAL_SETTLE_SECONDS: integer(
    'After so long, analytics of a withdrawn consent are looked for once more; longer than a session token lives.',
    { min: 1, max: 86_400 },
    { default: '3600' },
  ),
} as const;

/** The buffer between core-api and telemetry-api. */
export const BUFFER_VARIABLES = {
  ANALYTICS_BUFFER_LIMIT: integer(
    'Most analytics requests that may wait in the buffer; more are answered 429.',
    { min: 1, max: 10_000_000 },
    { default: '100000' },
  ),
} as const;
