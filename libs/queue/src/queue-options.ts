import type { JobDefinition } from './job-definition';

export interface QueueOptions {
  /** redis:// or rediss://, credentials included. Without it nothing is stored and nothing is worked on. */
  url?: string;
  /** Prefix of every key of the platform. */
  prefix: string;
  /** Every kind of job this process makes or works on. */
  jobs: readonly JobDefinition<object>[];
  /** Whether this process works on jobs; then each kind must have exactly one handler here. */
  work: boolean;
  /** Per queue: how many jobs may wait (more are refused with `rate_limited`), how many are in hand at once. */
  queues: Readonly<Record<string, { limit: number; concurrency: number }>>;
}

/** Of failed jobs the last thousand are kept for a day, of finished ones none. */
export const KEEP_FAILED = { age: 24 * 3600, count: 1000 } as const;

/** Where BullMQ puts its keys: below the prefix of the platform. */
export const queuePrefix = (prefix: string): string => `${prefix}queue`;
