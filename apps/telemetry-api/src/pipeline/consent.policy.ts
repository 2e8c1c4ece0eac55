import {
  MINIMUM_CONSENT,
  type AnalyticsBatch,
  type ConsentLevel,
  type EventClass,
} from '@restartix/contracts';

/** From this level on a row may be tied to a person; below, it carries no actor hash, no session and no network. */
const TIED_TO_A_PERSON: ConsentLevel = 2;

/** What may lower the level of a batch on its way in. */
export interface Lowering {
  /** The client's address lies in a network that is excluded from the sale of its data (CCPA). */
  isExcluded: boolean;
  /** The lowest level the person has gone down to since the stamp; undefined when they have not. */
  withdrawnTo?: ConsentLevel;
}

/**
 * The level that counts for a batch. It may only be lowered here: nobody signed in means nobody consented, an excluded
 * network means nothing is collected, and a consent withdrawn after the stamp is withdrawn.
 */
export function effectiveConsent(
  { consent_level, user_id }: Pick<AnalyticsBatch, 'consent_level' | 'user_id'>,
  { isExcluded, withdrawnTo = consent_level }: Lowering = { isExcluded: false },
): ConsentLevel {
  if (user_id === null || isExcluded) return 0;
  return withdrawnTo < consent_level ? withdrawnTo : consent_level;
}

/** Whether an event of this class may be stored at all. */
export function mayStore(eventClass: EventClass, level: ConsentLevel): boolean {
  return level >= MINIMUM_CONSENT[eventClass];
}

/** Whether a stored event may be tied to a person. */
export function mayTie(level: ConsentLevel): boolean {
  return level >= TIED_TO_A_PERSON;
}
