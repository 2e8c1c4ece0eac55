import {
  CONNECTION_TYPES,
  ERROR_KINDS,
  ERROR_SEVERITIES,
  EVENT_NAME,
  FAULT_CODE,
  MEDIA_EVENTS,
  MEDIA_TYPES,
  POSE_LIMITS,
  ROLES,
  type AnalyticsEvent,
  type ApiMetricItem,
  type ErrorItem,
  type MediaItem,
  type PoseItem,
  type StaffMetricItem,
} from '@restartix/contracts';
import {
  dateTime,
  integer,
  isObject,
  nullable,
  object,
  oneOf,
  optional,
  ShapeFault,
  text,
  uuid,
  type Reader,
} from '../shape';

const UINT32 = 4_294_967_295;
/** A template: its parameters begin with a colon, so it holds no id. */
const ROUTE = /^(unknown|(\/(:?[a-z_][a-z0-9_]*([.-][a-z0-9_]+)*)?)+)$/i;
const METHOD = /^[A-Z]{3,7}$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

const numbers =
  (max: number, most: number): Reader<number[]> =>
  (value) => {
    const isList = Array.isArray(value) && value.length > 0 && value.length <= most;
    if (isList && value.every((one) => typeof one === 'number' && one >= 0 && one <= max))
      return value as number[];
    throw new ShapeFault('', `must be a list of 1 to ${most} numbers`);
  };

/** One usage event before its properties are scrubbed. */
export type OpenedEvent = Omit<AnalyticsEvent, 'properties'> & { properties: Record<string, unknown> };

/** Reads one item of each class. Each throws {@link ShapeFault}. */
export const readEvent = object<OpenedEvent>({
  event_id: uuid,
  name: text(64, EVENT_NAME),
  properties: (value) => (isObject(value) ? value : {}),
  timestamp: dateTime,
});

export const readMediaItem = object<MediaItem>({
  event_id: uuid,
  event: oneOf(MEDIA_EVENTS),
  media_id: uuid,
  media_type: optional(oneOf(MEDIA_TYPES)),
  timestamp: dateTime,
  data: (value) => (isObject(value) ? (value as MediaItem['data']) : {}),
});

export const readPoseItem = object<PoseItem>({
  batch_seq: integer(0, UINT32),
  started_at: dateTime,
  landmark_count: integer(1, POSE_LIMITS.landmarks),
  value_count: integer(1, POSE_LIMITS.values),
  offsets_ms: numbers(UINT32, POSE_LIMITS.frames),
  landmarks: text(
    Math.ceil((POSE_LIMITS.frames * POSE_LIMITS.landmarks * POSE_LIMITS.values * 16) / 3) + 4,
    BASE64,
  ),
});

export const readErrorItem = object<ErrorItem>({
  event_id: uuid,
  kind: oneOf(ERROR_KINDS),
  code: text(64, FAULT_CODE),
  severity: oneOf(ERROR_SEVERITIES),
  component: text(64, /^([a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)*)?$/),
  http_status: integer(0, 599),
  app_version: text(16, /^(\d{1,3}(\.\d{1,4}){0,2})?$/),
  connection_type: oneOf(CONNECTION_TYPES),
  session_id: nullable(uuid),
  timestamp: dateTime,
});

export const readApiMetric = object<ApiMetricItem>({
  event_id: uuid,
  minute: dateTime,
  method: text(7, METHOD),
  route: text(128, ROUTE),
  status: integer(100, 599),
  durations_ms: numbers(86_400_000, 10_000),
});

export const readStaffMetric = object<StaffMetricItem>({
  event_id: uuid,
  minute: dateTime,
  user_id: uuid,
  role: oneOf(ROLES),
  activity: (value) => {
    const [method, route, ...more] = text(140)(value).split(' ');
    if (more.length > 0) throw new ShapeFault('', 'must be a method and a route');
    return `${text(7, METHOD)(method)} ${text(128, ROUTE)(route)}`;
  },
  uses: integer(1, UINT32),
  failures: integer(0, UINT32),
  duration_ms: (value) => {
    if (typeof value === 'number' && value >= 0) return value;
    throw new ShapeFault('', 'must be a number');
  },
});
