import { loadConfigOrExit, VARIABLES, type Config } from '@restartix/config';

const {
  process: processVariables,
  coreApi,
  rateLimits,
  mainDatabase,
  identity,
  sessions,
  stepUp,
  keys,
  kms,
  serviceChannel,
  redis,
} = VARIABLES;
const { TELEMETRY_ENCRYPTION_KEY: _root, TELEMETRY_EARLIER_KEYS: _roots, ...coreKeys } = keys;
const { TELEMETRY_KMS_KEY_ID: _kms, TELEMETRY_KMS_EARLIER_KEY_IDS: _earlierKms, ...coreKms } = kms;
const { TELEMETRY_INTERNAL_URL, CHANNEL_PRIVATE_KEY, ANALYTICS_PUBLIC_KEY } = serviceChannel;

/** What core-api reads from its environment: its bill of materials. */
export const CORE_VARIABLES = {
  ...processVariables,
  ...coreApi,
  ...rateLimits,
  ...mainDatabase,
  ...identity,
  ...sessions,
  ...stepUp,
  ...coreKeys,
  ...coreKms,
  TELEMETRY_INTERNAL_URL,
  CHANNEL_PRIVATE_KEY,
  ANALYTICS_PUBLIC_KEY,
  ...redis,
};

export type CoreConfig = Config<typeof CORE_VARIABLES>;

const LONGEST_STEP_UP_MINUTES = 15;

/**
 * What does not go together: no key to verify tokens by and none to fetch one with; and what only a lab may be told, a
 * time of its own and sessions that live longer than the policy says.
 */
export function faultsTogether(config: CoreConfig): string[] {
  const faults: string[] = [];
  if (config.CLERK_JWT_KEY === undefined && config.CLERK_SECRET_KEY === undefined)
    faults.push('CLERK_SECRET_KEY is needed without CLERK_JWT_KEY: the keys of tokens are fetched with it');
  if (config.LAB_CLOCK_FILE !== undefined && config.NODE_ENV !== 'test')
    faults.push('LAB_CLOCK_FILE is for specs: it needs NODE_ENV=test');
  if (config.NODE_ENV !== 'production') return faults;
  for (const name of Object.keys(sessions) as (keyof typeof sessions)[]) {
    const limit = Number(sessions[name].default);
    if (config[name] > limit) faults.push(`${name} must be at most ${limit} in production`);
  }
  if (config.STEP_UP_MINUTES > LONGEST_STEP_UP_MINUTES)
    faults.push(`STEP_UP_MINUTES must be at most ${LONGEST_STEP_UP_MINUTES} in production`);
  return faults;
}

/** The configuration of core-api; names every fault and ends the process when it is not complete. */
export const loadCoreConfig = (): CoreConfig => loadConfigOrExit(CORE_VARIABLES, faultsTogether);
