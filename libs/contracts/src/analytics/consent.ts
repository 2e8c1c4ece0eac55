/**
 * The consent ladder (decision R27). 0 nothing; 1 errors only, never tied to a person; 2 analytics, media and API
 * metrics tied to a person; 3 pose frames too. No record and anonymous use both mean 0.
 */
export const CONSENT_LEVELS = [0, 1, 2, 3] as const;
export type ConsentLevel = (typeof CONSENT_LEVELS)[number];

export type EventClass = 'error' | 'analytics' | 'media' | 'api_metric' | 'pose';

/** The lowest level at which a class of event may be stored. */
export const MINIMUM_CONSENT: Readonly<Record<EventClass, ConsentLevel>> = {
  error: 1,
  analytics: 2,
  media: 2,
  api_metric: 2,
  pose: 3,
};
