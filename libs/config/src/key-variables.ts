import { flag, integer, key, keys, secret } from './variable';

/** Root keys of both databases, and how keys under them are rotated. */
export const KEY_VARIABLES = {
  ENCRYPTION_KEY: secret(
    key('Root key of the main database.', 32, { example: 'output of: openssl rand -base64 32' }),
  ),
  BLIND_INDEX_KEY: secret(key('Key of the blind indexes and other keyed hashes of core-api.', 32)),
  TELEMETRY_ENCRYPTION_KEY: secret(key('Root key of the telemetry database.', 32)),
  ENCRYPTION_EARLIER_KEYS: secret(
    keys('Root keys of before, separated by commas, until rotate-keys has wrapped everything anew.', 32),
  ),
  TELEMETRY_EARLIER_KEYS: secret(keys('The same for the telemetry database.', 32)),
  KEY_REFRESH_SECONDS: integer(
    'A process notices keys rotated by another within twice this time.',
    { min: 1, max: 300 },
    { default: '30' },
  ),
  KEY_ROTATION_ENABLED: flag("Whether the worker rotates organizations' keys by itself.", {
    default: 'true',
  }),
  KEY_ROTATION_DAYS: integer(
    "Age at which an organization's key is rotated.",
    { min: 1, max: 3650 },
    { default: '90' },
  ),
};
