import { integer, optional, secret, text, url } from './variable';

/** Of telemetry-api: where audit events are written beside the database, and how long they are kept. */
export const AUDIT_COPY_VARIABLES = {
  AUDIT_COPY_PATH: optional(
    text('Directory outside of the database that sealed audit events are written to; none without it.'),
  ),
  AUDIT_COPY_BUCKET: optional(
    text('S3 bucket that sealed audit events are written to, once and for good; none without it.'),
  ),
  AUDIT_COPY_BUCKET_REGION: text('Region of that bucket.', { default: 'eu-central-1' }),
  AUDIT_COPY_BUCKET_ENDPOINT: optional(
    url('Where that bucket is when it is not at AWS (path-style addresses).', ['https', 'http']),
  ),
  AUDIT_COPY_ACCESS_KEY: optional(
    text('Access key id for that bucket; the role of the machine without one.'),
  ),
  AUDIT_COPY_SECRET_KEY: optional(secret(text('Secret access key for that bucket.'))),
  AUDIT_COPY_KMS_KEY_ID: optional(
    text('KMS key the objects are encrypted with (aws:kms); SSE-S3 (AES256) without one.'),
  ),
  AUDIT_RETENTION_DAYS: integer(
    'Days an audit event is kept at least (45 CFR 164.316(b)(2): six years).',
    { min: 2190, max: 36_500 },
    { default: '2557' },
  ),
  AUDIT_RETENTION_NOTICE_DAYS: integer(
    'Days between the notice that a partition is due and its drop.',
    { min: 1, max: 365 },
    { default: '30' },
  ),
  AUDIT_VERIFY_EVERY_HOURS: integer(
    'How often the whole audit log is verified again in the background.',
    { min: 1, max: 8760 },
    { default: '24' },
  ),
  AUDIT_VERIFY_ALERT_SECONDS: integer(
    'How long sealed events may wait without any progress of their verification before it is an alert.',
    { min: 5, max: 86_400 },
    { default: '300' },
  ),
} as const;
