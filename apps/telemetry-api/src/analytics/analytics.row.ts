import type { ConsentLevel } from '@restartix/contracts';

/** One stored event, without its organization. Times are UTC, ISO 8601 with milliseconds. */
export interface AnalyticsRow {
  /** UTC day of occurred_at. */
  day: string;
  name: string;
  event_id: string;
  occurred_at: string;
  received_at: string;
  properties: Record<string, string>;
  /** Keyed hash of who did it; empty where the row may not be tied to a person. */
  actor_hash: string;
  /** First address of the network (/24 or /48); empty where it is not known or not allowed. */
  ip_truncated: string;
  country: string;
  region: string;
  device_class: string;
  /** The level that allowed this row. */
  consent_level: ConsentLevel;
  policy_version: string;
}
