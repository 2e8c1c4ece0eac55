import {
  MINIMUM_CONSENT,
  type AnalyticsBatch,
  type ConsentLevel,
  type EventClass,
} from '@restartix/contracts';

/** From this level on a row may be tied to a person; below, it carries no actor hash and no network. */
const TIED_TO_A_PERSON: ConsentLevel = 2;

/**
 * The level that counts for a batch. It may only be lowered here: nobody signed in means nobody consented, whatever
 * the stamp says.
 */
export function effectiveConsent(batch: Pick<AnalyticsBatch, 'consent_level' | 'user_id'>): ConsentLevel {
  return batch.user_id === null ? 0 : batch.consent_level;
}

/** Whether an event of this class may be stored at all. */
export function mayStore(eventClass: EventClass, level: ConsentLevel): boolean {
  return level >= MINIMUM_CONSENT[eventClass];
}

/** Whether a stored event may be tied to a person. */
export function mayTie(level: ConsentLevel): boolean {
  return level >= TIED_TO_A_PERSON;
}
