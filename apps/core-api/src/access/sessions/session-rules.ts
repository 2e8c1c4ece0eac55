import type { CoreConfig } from '../../core.config';
import type { SessionRules } from './session.policy';

const MINUTE_MS = 60_000;

/** The rules of the configuration. */
export const sessionRules = (config: CoreConfig): SessionRules => ({
  idle: config.SESSION_IDLE_MINUTES * MINUTE_MS,
  patient: config.SESSION_PATIENT_MINUTES * MINUTE_MS,
  specialist: config.SESSION_SPECIALIST_MINUTES * MINUTE_MS,
  admin: config.SESSION_ADMIN_MINUTES * MINUTE_MS,
  reauth: config.SESSION_REAUTH_MINUTES * MINUTE_MS,
});
