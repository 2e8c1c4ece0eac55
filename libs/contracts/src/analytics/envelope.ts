import type { ConsentLevel } from './consent';

/** Name of the BullMQ queue that buffers analytics between the public edge and telemetry-api. */
export const ANALYTICS_QUEUE = 'analytics';
export const ANALYTICS_JOB = 'analytics.events';

/** What lies in Redis: a box only telemetry-api can open (X25519 + AES-256-GCM), nothing else. */
export interface AnalyticsJob {
  sealed: string;
}

/** What is inside the box: one client request, stamped by core-api at receipt. */
export interface AnalyticsBatch {
  organization_id: number;
  /** Our user id; hashed under the organization's key of the quarter before anything is stored. */
  user_id: string | null;
  consent_level: ConsentLevel;
  consent_policy_version: string | null;
  /** Full client address; used for the country look-up and truncated before storage. */
  client_address: string | null;
  user_agent: string | null;
  received_at: string;
  events: AnalyticsEvent[];
}

export interface AnalyticsEvent {
  event_id: string;
  name: string;
  properties: Record<string, string | number | boolean | null>;
  timestamp: string;
}

/** Largest number of boxes core-api sends in one request over the channel. */
export const ANALYTICS_BATCH_MAX = 200;

/** Body of POST /internal/v1/analytics-batches: sealed boxes, in arrival order. */
export interface AnalyticsIngestRequest {
  batches: string[];
}

export type AnalyticsIngestStatus = 'stored' | 'dropped_by_consent' | 'refused';

/** One result per box, in the same order. `refused` is final; the box is not sent again. */
export interface AnalyticsIngestResponse {
  results: { status: AnalyticsIngestStatus; stored: number; reason?: string }[];
}

/** Body of POST /internal/v1/analytics/stats; days are inclusive, UTC. */
export interface AnalyticsStatsRequest {
  organization_id: number;
  from: string;
  to: string;
}
