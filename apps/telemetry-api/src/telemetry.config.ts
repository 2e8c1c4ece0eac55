import { loadConfigOrExit, VARIABLES, type Config } from '@restartix/config';

const {
  process: processVariables,
  keys,
  kms,
  serviceChannel,
  telemetryApi,
  auditCopy,
  telemetryDatabase,
  clickhouse,
} = VARIABLES;
const { TELEMETRY_ENCRYPTION_KEY, TELEMETRY_EARLIER_KEYS, KEY_REFRESH_SECONDS } = keys;
const { KMS_KEY_ID: _key, KMS_EARLIER_KEY_IDS: _earlier, ...telemetryKms } = kms;
const { CHANNEL_PUBLIC_KEYS, ANALYTICS_PRIVATE_KEY } = serviceChannel;

/** What telemetry-api reads from its environment: its bill of materials. */
export const TELEMETRY_VARIABLES = {
  ...processVariables,
  TELEMETRY_ENCRYPTION_KEY,
  TELEMETRY_EARLIER_KEYS,
  KEY_REFRESH_SECONDS,
  ...telemetryKms,
  CHANNEL_PUBLIC_KEYS,
  ANALYTICS_PRIVATE_KEY,
  ...telemetryApi,
  ...auditCopy,
  ...telemetryDatabase,
  ...clickhouse,
};

export type TelemetryConfig = Config<typeof TELEMETRY_VARIABLES>;

/** The configuration of telemetry-api; names every fault and ends the process when it is not complete. */
export const loadTelemetryConfig = (): TelemetryConfig => loadConfigOrExit(TELEMETRY_VARIABLES);
