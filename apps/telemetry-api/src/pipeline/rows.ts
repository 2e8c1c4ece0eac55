import {
  propertyFault,
  type ApiMetricItem,
  type ErrorItem,
  type MediaItem,
  type PoseItem,
  type StaffMetricItem,
} from '@restartix/contracts';
import { clickHouseSecond, clickHouseTime } from '../platform/clickhouse-time';
import { mayTie } from './consent.policy';
import type { OpenedEvent } from './items.shape';
import { foldMedia, mediaPart, stallPart, type MediaPart } from './media-fold.policy';
import { believableTime } from './occurrence.policy';
import { scrubProperties } from './scrub.policy';
import { sessionStart } from './session-time.policy';
import type { Stamp, TableRow } from './stamp';

const NO_SESSION = '00000000-0000-0000-0000-000000000000';

const consentOf = ({ level, policyVersion, receivedAt }: Stamp) => ({
  consent_level: level,
  policy_version: policyVersion,
  received_at: clickHouseTime(receivedAt),
});
const placeOf = ({ country, region, device_class }: Stamp) => ({ country, region, device_class });

export async function usageRow(stamp: Stamp, event: OpenedEvent): Promise<TableRow> {
  const occurred = believableTime(event.timestamp, stamp.receivedAt);
  return [
    'analytics_events',
    {
      day: occurred.slice(0, 10),
      name: event.name,
      event_id: event.event_id,
      occurred_at: clickHouseTime(occurred),
      properties: scrubProperties(onTheList(event.properties), stamp.userId),
      actor_hash: await stamp.actorHash(occurred),
      ip_truncated: stamp.ip_truncated,
      ...placeOf(stamp),
      ...consentOf(stamp),
    },
  ];
}

/** Properties whose name and kind are known; core-api left out the others, and an older one may not have. */
function onTheList(properties: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).filter(([name, value]) => !propertyFault(name, value)),
  );
}

/** Tied to a person, a session and a network from the level on at which rows may be. */
export async function errorRow(stamp: Stamp, item: ErrorItem): Promise<TableRow> {
  const occurred = believableTime(item.timestamp, stamp.receivedAt);
  const { kind, event_id, code, severity, component, http_status, app_version, connection_type } = item;
  return [
    'error_events',
    {
      day: occurred.slice(0, 10),
      ...{ kind, event_id, code, severity, component, http_status, app_version, connection_type },
      occurred_at: clickHouseTime(occurred),
      session_id: (mayTie(stamp.level) ? item.session_id : null) ?? NO_SESSION,
      actor_hash: await stamp.actorHash(occurred),
      ip_truncated: stamp.ip_truncated,
      browser_family: stamp.browser_family,
      ...placeOf(stamp),
      ...consentOf(stamp),
    },
  ];
}

/** One row for each video of the session that these events speak of, and one for each stall. */
export async function mediaRows(stamp: Stamp, sessionId: string, items: MediaItem[]): Promise<TableRow[]> {
  const made = new Date(sessionStart(sessionId)).toISOString();
  const about = async (mediaId: string) => ({
    day: made.slice(0, 10),
    session_id: sessionId,
    media_hash: await stamp.mediaHash(mediaId, made),
    actor_hash: await stamp.actorHash(made),
    ip_truncated: stamp.ip_truncated,
    ...placeOf(stamp),
    ...consentOf(stamp),
  });
  const videos = new Map<string, MediaPart>();
  const rows: TableRow[] = [];
  for (const given of items) {
    const item = { ...given, timestamp: believableTime(given.timestamp, stamp.receivedAt) };
    const part = mediaPart(sessionId, item);
    const known = videos.get(item.media_id);
    videos.set(item.media_id, known ? foldMedia(known, part) : part);
    const stall = stallPart(item);
    if (stall) rows.push(['media_buffering_events', { ...(await about(item.media_id)), ...stall }]);
  }
  for (const [mediaId, part] of videos) {
    const row = { ...(await about(mediaId)), browser_family: stamp.browser_family, ...part };
    rows.push(['media_sessions', row]);
  }
  return rows;
}

export async function poseRow(stamp: Stamp, sessionId: string, item: PoseItem): Promise<TableRow | null> {
  const made = new Date(sessionStart(sessionId)).toISOString();
  const bytes = Buffer.from(item.landmarks, 'base64');
  const { batch_seq, landmark_count, value_count, offsets_ms } = item;
  const expected = offsets_ms.length * landmark_count * value_count * Float32Array.BYTES_PER_ELEMENT;
  if (bytes.length !== expected) return null;
  return [
    'pose_frames',
    {
      day: made.slice(0, 10),
      session_id: sessionId,
      ...{ batch_seq, landmark_count, value_count },
      started_at: clickHouseTime(believableTime(item.started_at, stamp.receivedAt)),
      frame_count: offsets_ms.length,
      frame_offsets_ms: offsets_ms,
      landmarks: floats(bytes),
      actor_hash: await stamp.actorHash(made),
      ...placeOf(stamp),
      ...consentOf(stamp),
    },
  ];
}

export function apiMetricRow(stamp: Stamp, item: ApiMetricItem): TableRow {
  const { event_id, minute, method, route, status, durations_ms } = item;
  return [
    'api_metrics',
    {
      day: minute.slice(0, 10),
      ...{ route, event_id, method, status, durations_ms },
      minute: clickHouseSecond(minute),
      received_at: clickHouseTime(stamp.receivedAt),
    },
  ];
}

export async function staffMetricRow(stamp: Stamp, item: StaffMetricItem): Promise<TableRow> {
  const { event_id, minute, role, activity, uses, failures, duration_ms } = item;
  return [
    'staff_metrics',
    {
      day: minute.slice(0, 10),
      ...{ role, activity, event_id, uses, failures, duration_ms },
      minute: clickHouseSecond(minute),
      actor_hash: await stamp.hashOf(item.user_id, minute),
      received_at: clickHouseTime(stamp.receivedAt),
    },
  ];
}

/** Little-endian float32 values, rounded to the seven digits they hold so that their text is short. */
function floats(bytes: Buffer): number[] {
  const values = new Array<number>(bytes.length / 4);
  for (let index = 0; index < values.length; index += 1)
    values[index] = Number(bytes.readFloatLE(index * 4).toPrecision(7));
  return values;
}
