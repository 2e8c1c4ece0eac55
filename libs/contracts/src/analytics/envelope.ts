import type { ConsentLevel, EventClass } from './consent';
import type { ErrorKind, ErrorSeverity } from './error-events.dto';
import type { MediaEventData, MediaEventName, MediaType } from './media-events.dto';

/** Name of the BullMQ queue that buffers analytics between the public edge and telemetry-api. */
export const ANALYTICS_QUEUE = 'analytics';
export const ANALYTICS_JOB = 'analytics.events';

/** What lies in Redis: a box only telemetry-api can open (X25519 + AES-256-GCM), nothing else. */
export interface AnalyticsJob {
  sealed: string;
}

/** What is inside the box: what one client request, or one round of measuring, handed in, stamped at receipt. */
export interface AnalyticsBatch {
  /** analytics when absent. */
  class?: EventClass;
  organization_id: number;
  /** Our user id; hashed under the organization's key of the quarter before anything is stored. */
  user_id: string | null;
  consent_level: ConsentLevel;
  consent_policy_version: string | null;
  /** When the consent was looked up; the time of receipt when absent. A withdrawal after it counts. */
  consent_at?: string;
  /** The exercise session, of media and pose. */
  session_id?: string;
  /** Full client address; used for the country look-up and truncated before storage. */
  client_address: string | null;
  user_agent: string | null;
  received_at: string;
  /** Items of the class: {@link AnalyticsEvent}, {@link MediaItem}, {@link PoseItem} … */
  events: object[];
}

export interface AnalyticsEvent {
  event_id: string;
  name: string;
  properties: Record<string, string | number | boolean | null>;
  timestamp: string;
}

/** One event of a video, as its door took it. */
export interface MediaItem {
  event_id: string;
  event: MediaEventName;
  media_id: string;
  /** video when absent. */
  media_type?: MediaType;
  timestamp: string;
  data: Partial<Record<keyof MediaEventData, string | number>>;
}

/** One batch of pose frames: float32 values, little endian, base64; frame after frame. */
export interface PoseItem {
  batch_seq: number;
  started_at: string;
  landmark_count: number;
  value_count: number;
  offsets_ms: number[];
  landmarks: string;
}

/** A fault of a client app, as its door took it. */
export interface ErrorItem {
  event_id: string;
  kind: ErrorKind;
  code: string;
  severity: ErrorSeverity;
  component: string;
  http_status: number;
  app_version: string;
  connection_type: string;
  session_id: string | null;
  timestamp: string;
}

/** Durations of one route, status and minute in one process of core-api. */
export interface ApiMetricItem {
  event_id: string;
  minute: string;
  method: string;
  /** Template, such as /v1/patients/:id. */
  route: string;
  status: number;
  durations_ms: number[];
}

/** What one member of the staff did in one minute; the batch names whom. */
export interface StaffMetricItem {
  event_id: string;
  minute: string;
  user_id: string;
  role: string;
  /** Method and template of the route. */
  activity: string;
  uses: number;
  failures: number;
  duration_ms: number;
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
