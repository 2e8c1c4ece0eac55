/**
 * The consent ladder (decision R27). 0 nothing; 1 errors only, never tied to a person; 2 analytics and media tied to a
 * person; 3 pose frames too. No record and anonymous use both mean 0.
 */
export const CONSENT_LEVELS = [0, 1, 2, 3] as const;
export type ConsentLevel = (typeof CONSENT_LEVELS)[number];

/** Classes of events that come from a client app, and what the services measure of themselves and of their staff. */
export const EVENT_CLASSES = ['error', 'analytics', 'media', 'pose', 'api_metric', 'staff_metric'] as const;
export type EventClass = (typeof EVENT_CLASSES)[number];

/**
 * The lowest level at which a class of event may be stored. API metrics are sums of the service's own work that name
 * nobody, and staff metrics are the employer's record of work: neither stands on the ladder.
 */
export const MINIMUM_CONSENT: Readonly<Record<EventClass, ConsentLevel>> = {
  error: 1,
  analytics: 2,
  media: 2,
  pose: 3,
  api_metric: 0,
  staff_metric: 0,
};
