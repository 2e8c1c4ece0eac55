/** How much of the platform stands still when a dependency is down (source document 0, service criticality). */
export type Criticality = 'critical' | 'high' | 'medium' | 'low' | 'none';

/** Names of the outside things the platform leans on. */
export const DEPENDENCIES = [
  'postgres',
  'clerk',
  'aws',
  'redis',
  's3',
  'daily',
  'bunny',
  'telemetry_postgres',
  'telemetry_api',
  'clickhouse',
  'maxmind',
  'cloudfront',
  'datadog',
  'pagerduty',
  'slack',
  'uptimerobot',
] as const;
export type Dependency = (typeof DEPENDENCIES)[number];

/** Dependency → how bad its loss is and what is lost. Drives the health answers of both services. */
export const CRITICALITY: Readonly<Record<Dependency, { level: Criticality; impact: string }>> = {
  postgres: { level: 'critical', impact: 'The API is unavailable.' },
  clerk: { level: 'critical', impact: 'No new sign-in; tokens already issued live until they expire.' },
  aws: { level: 'critical', impact: 'The API is unavailable.' },
  redis: { level: 'high', impact: 'Holds fail, background workers pause, caching is off.' },
  s3: { level: 'high', impact: 'Uploads, downloads and PDF generation fail.' },
  daily: { level: 'high', impact: 'Video appointments fail; in-person ones do not.' },
  bunny: { level: 'high', impact: 'Exercise videos do not play.' },
  telemetry_postgres: { level: 'medium', impact: 'Audit events wait in the outbox; none is lost.' },
  telemetry_api: { level: 'medium', impact: 'Audit events wait in the outbox; the trail cannot be read.' },
  clickhouse: { level: 'low', impact: 'Analytics stop; care is untouched.' },
  maxmind: { level: 'low', impact: 'Country and region are "unknown".' },
  cloudfront: { level: 'low', impact: 'Downloads go to object storage directly.' },
  datadog: { level: 'none', impact: 'Monitoring is delayed.' },
  pagerduty: { level: 'none', impact: 'Alerts are delayed.' },
  slack: { level: 'none', impact: 'Alerts are delayed.' },
  uptimerobot: { level: 'none', impact: 'Outside monitoring is delayed.' },
};
