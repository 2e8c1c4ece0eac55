import { flag, integer, key, keys, list, optional, secret, text, url } from './variable';

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

/** Root keys that AWS KMS keeps, in the place of ENCRYPTION_KEY and TELEMETRY_ENCRYPTION_KEY. */
export const KMS_VARIABLES = {
  KMS_KEY_ID: optional(
    text(
      "AWS KMS key (ARN) that wraps organizations' keys; without one ENCRYPTION_KEY does. With it ENCRYPTION_KEY opens what it wrapped before, until rotate-keys --root has wrapped it anew.",
      { example: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-…' },
    ),
  ),
  KMS_EARLIER_KEY_IDS: list('KMS keys of before, separated by commas, until the same is done.', {
    default: '',
  }),
  TELEMETRY_KMS_KEY_ID: optional(
    text('The same for the keys of the telemetry database, beside TELEMETRY_ENCRYPTION_KEY.'),
  ),
  TELEMETRY_KMS_EARLIER_KEY_IDS: list('KMS keys of before of the telemetry database.', { default: '' }),
  KMS_REGION: text('Region of the KMS keys.', { default: 'eu-central-1' }),
  KMS_ENDPOINT: optional(url('Where KMS is when it is not at AWS.', ['https', 'http'])),
  KMS_ACCESS_KEY: optional(text('Access key id for KMS; the role of the machine without one.')),
  KMS_SECRET_KEY: optional(secret(text('Secret access key for KMS.'))),
};
