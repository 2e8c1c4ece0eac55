import {
  CALL_RATINGS,
  callRating,
  CONNECTION_TYPES,
  FAULT_CODE,
  MILESTONES,
  type MediaItem,
} from '@restartix/contracts';
import { clickHouseTime } from '../platform/clickhouse-time';
import { looksLikeIdentifier } from './scrub.policy';
import { secondIn } from './session-time.policy';

/** What some events say of one video; the table folds it with what others said. */
export interface MediaPart {
  /** video or call. */
  media_type: string;
  connection_type: string;
  started_at: string | null;
  first_event_at: string;
  last_event_at: string;
  ended_at: string | null;
  /** 0 open, 1 abandoned, 2 completed: the higher one stays. */
  outcome: number;
  total_duration_seconds: number | null;
  position_seconds: number;
  ttfb_ms: number | null;
  video_load_time_ms: number | null;
  cdn_response_time_ms: number | null;
  rtt_ms: number | null;
  effective_bandwidth: number | null;
  initial_bitrate: number | null;
  initial_resolution: string;
  dropped_frames: number;
  /** One bit for each of 25, 50, 75, 95. */
  milestones: number;
  heartbeats: Record<number, number>;
  quality_changes: Record<number, number>;
  stalls: Record<number, number>;
  /** Of a call: milliseconds, and lost packets in parts per million. */
  rtts: Record<number, number>;
  jitters: Record<number, number>;
  losses: Record<number, number>;
  /** Checks of the network before a call: 1 good, 2 fair, 3 poor. */
  network_checks: Record<number, number>;
  errors: string[];
}

export interface StallPart {
  stall: number;
  started_at: string | null;
  ended_at: string | null;
  position_seconds: number;
  duration_ms: number;
}

const MEASURES = {
  total_duration_seconds: 86_400,
  ttfb_ms: 86_400_000,
  video_load_time_ms: 86_400_000,
  cdn_response_time_ms: 86_400_000,
  rtt_ms: 86_400_000,
  effective_bandwidth: 1_000_000,
  initial_bitrate: 4_000_000_000,
} as const;
const LARGEST = 4_000_000_000;
const A_DAY_MS = 86_400_000;
const PARTS_PER_MILLION = 1_000_000;
const RESOLUTION = /^\d{2,5}x\d{2,5}$/;

/** A number within bounds; undefined for anything else: the door has said what is wrong with it. */
function measure(value: unknown, most: number): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= most ? value : undefined;
}
const whole = (value: unknown, most = LARGEST): number => Math.round(measure(value, most) ?? 0);
const larger = (a: number | undefined, b: number): number => Math.max(a ?? 0, b);

/** What an event of every kind leaves open: the neutral of every fold. */
function nothingBut(at: string): MediaPart {
  return {
    media_type: '',
    connection_type: '',
    started_at: null,
    first_event_at: at,
    last_event_at: at,
    ended_at: null,
    outcome: 0,
    total_duration_seconds: null,
    position_seconds: 0,
    ttfb_ms: null,
    video_load_time_ms: null,
    cdn_response_time_ms: null,
    rtt_ms: null,
    effective_bandwidth: null,
    initial_bitrate: null,
    initial_resolution: '',
    dropped_frames: 0,
    milestones: 0,
    heartbeats: {},
    quality_changes: {},
    stalls: {},
    rtts: {},
    jitters: {},
    losses: {},
    network_checks: {},
    errors: [],
  };
}

type Tell = (item: MediaItem, at: string, second: number) => Partial<MediaPart>;

function tellStart({ data }: MediaItem, at: string): Partial<MediaPart> {
  const measures = Object.entries(MEASURES).map(([name, most]) => [
    name,
    measure(data[name as keyof typeof MEASURES], most) ?? null,
  ]);
  const resolution = String(data.initial_resolution);
  return {
    ...(Object.fromEntries(measures) as Partial<MediaPart>),
    started_at: at,
    connection_type: CONNECTION_TYPES.find((type) => type === data.connection_type) ?? '',
    initial_resolution: RESOLUTION.test(resolution) ? resolution : '',
  };
}

const tellStall: Tell = (item) =>
  isStall(item) ? { stalls: { [whole(item.data.stall)]: stallDuration(item) } } : {};

/** What a participant measured of a call in one second; what was not measured leaves nothing. */
function callPart({ rtt_ms, jitter_ms, packet_loss }: MediaItem['data'], second: number): Partial<MediaPart> {
  const told = (value: unknown, most: number, times = 1) =>
    measure(value, most) === undefined ? {} : { [second]: Math.round(Number(value) * times) };
  return {
    rtts: told(rtt_ms, A_DAY_MS),
    jitters: told(jitter_ms, A_DAY_MS),
    losses: told(packet_loss, 1, PARTS_PER_MILLION),
  };
}

/** The rating of a check, from 1 for the best. */
function checked({ rtt_ms, jitter_ms, packet_loss }: MediaItem['data']): number {
  const rating = callRating({
    rtt_ms: measure(rtt_ms, A_DAY_MS) ?? null,
    jitter_ms: measure(jitter_ms, A_DAY_MS) ?? null,
    packet_loss: measure(packet_loss, 1) ?? null,
  });
  return CALL_RATINGS.indexOf(rating) + 1;
}

/** What each kind of event adds to where and when it was. */
const TELLS: Partial<Record<MediaItem['event'], Tell>> = {
  session_start: tellStart,
  heartbeat: ({ data, media_type }, _, second) => ({
    heartbeats: { [second]: whole(data.bitrate) },
    ...(media_type === 'call' ? callPart(data, second) : {}),
  }),
  network_check: ({ data }, _, second) => ({ network_checks: { [second]: checked(data) } }),
  quality_change: ({ data }, _, second) => ({ quality_changes: { [second]: whole(data.bitrate) } }),
  buffering_start: tellStall,
  buffering_end: tellStall,
  milestone: ({ data }) => ({ milestones: milestoneBit(data.milestone) }),
  error: ({ data }, _, second) =>
    FAULT_CODE.test(String(data.code)) && !looksLikeIdentifier(String(data.code), null)
      ? { errors: [`${second} ${data.code}`] }
      : {},
  session_end: ({ data }, at) => ({ ended_at: at, outcome: data.outcome === 'completed' ? 2 : 1 }),
};

/** The part of a video that one event tells. */
export function mediaPart(sessionId: string, item: MediaItem): MediaPart {
  const at = clickHouseTime(item.timestamp);
  return {
    ...nothingBut(at),
    media_type: item.media_type ?? 'video',
    position_seconds: measure(item.data.position, 86_400) ?? 0,
    dropped_frames: whole(item.data.dropped_frames),
    ...TELLS[item.event]?.(item, at, secondIn(sessionId, item.timestamp)),
  };
}

/** The part of a stall that one event tells; undefined for an event that is not about one. */
export function stallPart(item: MediaItem): StallPart | undefined {
  if (!isStall(item)) return undefined;
  const at = clickHouseTime(item.timestamp);
  const isStart = item.event === 'buffering_start';
  return {
    stall: whole(item.data.stall),
    started_at: isStart ? at : null,
    ended_at: isStart ? null : at,
    position_seconds: measure(item.data.position, 86_400) ?? 0,
    duration_ms: stallDuration(item),
  };
}

/** Folds what two events, or many, tell of one video: the same whatever the order and the repetitions. */
export function foldMedia(a: MediaPart, b: MediaPart): MediaPart {
  const folded: Record<string, unknown> = {};
  for (const name of Object.keys(a) as (keyof MediaPart)[]) folded[name] = foldOne(name, a[name], b[name]);
  return folded as unknown as MediaPart;
}

type Part = MediaPart[keyof MediaPart];

function foldOne(name: keyof MediaPart, a: Part, b: Part): Part {
  if (a === null || b === null) return a ?? b;
  if (name === 'milestones') return (a as number) | (b as number);
  if (name === 'errors') return [...new Set([...(a as string[]), ...(b as string[])])];
  if (typeof a === 'object') return foldMap(a as Record<number, number>, b as Record<number, number>);
  const isEarliest = name === 'started_at' || name === 'first_event_at';
  return isEarliest === a < b ? a : b;
}

function foldMap(a: Record<number, number>, b: Record<number, number>): Record<number, number> {
  const folded = { ...a };
  for (const [key, value] of Object.entries(b)) folded[Number(key)] = larger(folded[Number(key)], value);
  return folded;
}

function milestoneBit(share: unknown): number {
  const index = MILESTONES.findIndex((milestone) => milestone === share);
  return index < 0 ? 0 : 1 << index;
}

const isStall = ({ event, data }: MediaItem): boolean =>
  (event === 'buffering_start' || event === 'buffering_end') && measure(data.stall, 1_000_000) !== undefined;

const stallDuration = ({ event, data }: MediaItem): number =>
  event === 'buffering_end' ? whole(data.duration_ms, 86_400_000) : 0;
