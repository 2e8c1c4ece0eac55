import { randomUUID, type KeyObject } from 'node:crypto';
import type { AnalyticsBatch } from '@restartix/contracts';
import { sealBox } from '@restartix/crypto';
import { v7 as uuidv7 } from 'uuid';

export type Kind = 'analytics' | 'media' | 'pose';

interface Load {
  table: string;
  /** Boxes of a block, and items in each. */
  boxes: number;
  items: number;
  item: (index: number) => object;
}

const MEDIA = randomUUID();
const now = () => new Date().toISOString();
const FLOATS = Buffer.from(
  Float32Array.from({ length: 30 * 132 }, (_, index) => Math.sin(index / 9)).buffer,
).toString('base64');

/** What a block of each kind is made of. */
export const LOADS: Record<Kind, Load> = {
  analytics: {
    table: 'analytics_events',
    boxes: 400,
    items: 25,
    item: (index) => ({
      event_id: uuidv7(),
      name: 'exercise.completed',
      properties: { exercise: 'squat', sets: index % 5, done: true },
      timestamp: now(),
    }),
  },
  media: {
    table: 'media_sessions',
    boxes: 2000,
    items: 3,
    item: (index) => ({
      event_id: uuidv7(),
      event: 'heartbeat',
      media_id: MEDIA,
      timestamp: new Date(Date.now() + index * 10_000).toISOString(),
      data: { bitrate: 2_000_000, position: index * 10, dropped_frames: 0 },
    }),
  },
  pose: {
    table: 'pose_frames',
    boxes: 300,
    items: 1,
    item: (index) => ({
      batch_seq: index,
      started_at: now(),
      landmark_count: 33,
      value_count: 4,
      offsets_ms: Array.from({ length: 30 }, (_, frame) => frame * 33),
      landmarks: FLOATS,
    }),
  },
};

/** Sealed boxes of one kind, each of a session of its own. */
export function boxes(kind: Kind, key: KeyObject, count = LOADS[kind].boxes): string[] {
  const { items, item } = LOADS[kind];
  return Array.from({ length: count }, () => {
    const batch: AnalyticsBatch = {
      class: kind,
      organization_id: 1,
      user_id: uuidv7(),
      consent_level: 3,
      consent_policy_version: '2026-01',
      session_id: uuidv7(),
      client_address: '81.2.69.142',
      user_agent:
        'Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Safari/604.1',
      received_at: now(),
      events: Array.from({ length: items }, (_, index) => item(index)),
    };
    return sealBox(key, JSON.stringify(batch));
  });
}
