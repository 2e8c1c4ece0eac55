import type { AppointmentStatus } from './appointment.dto';

/** The words HealthBridge has for the states of an appointment. */
export const HEALTHBRIDGE_STATUSES = [
  ...(['scheduled', 'checked_in', 'in_progress', 'completed', 'cancelled', 'no_show'] as const),
] as const;
export type HealthBridgeStatus = (typeof HEALTHBRIDGE_STATUSES)[number];

const TO_HEALTHBRIDGE: Readonly<Record<AppointmentStatus, HealthBridgeStatus>> = {
  booked: 'scheduled',
  upcoming: 'scheduled',
  confirmed: 'scheduled',
  checked_in: 'checked_in',
  inprogress: 'in_progress',
  done: 'completed',
  cancelled: 'cancelled',
  noshow: 'no_show',
};

/** What is scheduled there is known to be somebody's: `upcoming`. */
const FROM_HEALTHBRIDGE: Readonly<Record<HealthBridgeStatus, AppointmentStatus>> = {
  scheduled: 'upcoming',
  checked_in: 'checked_in',
  in_progress: 'inprogress',
  completed: 'done',
  cancelled: 'cancelled',
  no_show: 'noshow',
};

/** HealthBridge's word for a state (requirement D221). */
export const toHealthBridgeStatus = (status: AppointmentStatus): HealthBridgeStatus =>
  TO_HEALTHBRIDGE[status];

/** The state a word of HealthBridge stands for; undefined for a word it does not have. */
export const fromHealthBridgeStatus = (word: string): AppointmentStatus | undefined =>
  HEALTHBRIDGE_STATUSES.some((known) => known === word)
    ? FROM_HEALTHBRIDGE[word as HealthBridgeStatus]
    : undefined;
