import { loadConfigOrExit, VARIABLES, type Config } from '@restartix/config';

const {
  process: processVariables,
  coreApi,
  rateLimits,
  mainDatabase,
  identity,
  keys,
  serviceChannel,
  redis,
} = VARIABLES;
const { ENCRYPTION_KEY, BLIND_INDEX_KEY } = keys;
const { TELEMETRY_INTERNAL_URL, CHANNEL_PRIVATE_KEY, ANALYTICS_PUBLIC_KEY } = serviceChannel;

/** What core-api reads from its environment: its bill of materials. */
export const CORE_VARIABLES = {
  ...processVariables,
  ...coreApi,
  ...rateLimits,
  ...mainDatabase,
  ...identity,
  ENCRYPTION_KEY,
  BLIND_INDEX_KEY,
  TELEMETRY_INTERNAL_URL,
  CHANNEL_PRIVATE_KEY,
  ANALYTICS_PUBLIC_KEY,
  ...redis,
};

export type CoreConfig = Config<typeof CORE_VARIABLES>;

/** The configuration of core-api; names every fault and ends the process when it is not complete. */
export const loadCoreConfig = (): CoreConfig => loadConfigOrExit(CORE_VARIABLES);
