import type { ConsentLevel } from '@restartix/contracts';

/** What the rows of one box have in common, and the hashes that stand for whom and what they are about. */
export interface Stamp {
  organizationId: number;
  userId: string | null;
  /** The level that counts. */
  level: ConsentLevel;
  policyVersion: string;
  receivedAt: string;
  sessionId: string | null;
  ip_truncated: string;
  country: string;
  region: string;
  device_class: string;
  browser_family: string;
  /** Keyed hash of the person, under the key of the quarter a time lies in; empty where no row may be tied to them. */
  actorHash(time: string): Promise<string>;
  /** The same of somebody else: a member of the staff. */
  hashOf(userId: string, time: string): Promise<string>;
  /** Keyed hash of an exercise; as long-lived as the key of the quarter. */
  mediaHash(mediaId: string, time: string): Promise<string>;
}

/** The tables of the analytics; each holds its organization, added where it is stored. */
export const TABLES = [
  'analytics_events',
  'media_sessions',
  'media_buffering_events',
  'error_events',
  'pose_frames',
  'api_metrics',
  'staff_metrics',
] as const;
export type Table = (typeof TABLES)[number];

export type TableRow = readonly [Table, object];
