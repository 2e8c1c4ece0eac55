import { canonicalJson, leafHash } from '@restartix/crypto';
import type { Line } from './verdict';

/** Whether an event is the one its leaf was made from, under its own id. */
export function isRecorded(event: Line | null, id: string | null, leaf: Buffer): boolean {
  try {
    return event !== null && event['event_id'] === id && leafHash(canonicalJson(event)).equals(leaf);
  } catch {
    return false; // of a form that has no canonical bytes
  }
}

/** Names of what two events differ in, sorted. */
export function differences(one: Line, other: Line): string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => textOf(one[name]) !== textOf(other[name])).sort();
}

function textOf(value: unknown): string {
  try {
    return canonicalJson(value ?? null);
  } catch {
    return JSON.stringify(value);
  }
}
