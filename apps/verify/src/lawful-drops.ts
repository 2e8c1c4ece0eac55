import { isRecorded } from './event-text';
import type { Line } from './verdict';

/** Events of this time may be gone: their partition was dropped after its term. Unix milliseconds, `to` excluded. */
export interface Drop {
  from: number;
  to: number;
}

/** A drop as the database says it was made in a log, and the event that should say so. */
export interface DropClaim {
  eventId: string;
  from: Date;
  to: Date;
  droppedAt: Date;
  /** Hash of the event's leaf in the log; null when it has none. */
  leaf: Buffer | null;
  /** The event's rows. */
  rows: readonly Line[];
}

/** Events are kept for six years at least. */
const SHORTEST_TERM_MS = 2190 * 86_400_000;
/** The id and the time of an event are made in the same moment, one after the other. */
const APART_MS = 60_000;

/**
 * The drops of a log that were made by the rules: past the shortest term, and recorded in the log by an event that says
 * the same. The event of an early drop may itself be gone with a later one.
 */
export function lawfulDrops(claims: readonly DropClaim[]): Drop[] {
  const lawful: Drop[] = [];
  const latestFirst = [...claims].sort((one, other) => other.droppedAt.getTime() - one.droppedAt.getTime());
  for (const claim of latestFirst) {
    const { from, to, droppedAt } = claim;
    const isPastTerm = droppedAt.getTime() - to.getTime() >= SHORTEST_TERM_MS;
    if (isPastTerm && isInLog(claim, lawful)) lawful.push({ from: from.getTime(), to: to.getTime() });
  }
  return lawful;
}

function isInLog(claim: DropClaim, later: readonly Drop[]): boolean {
  const { eventId, leaf, rows } = claim;
  if (!leaf) return false;
  if (rows.length === 0) return isDropped(later, eventId, null);
  return rows.some((row) => isRecorded(row, eventId, leaf) && says(row, claim));
}

function says(row: Line, { from, to, droppedAt }: DropClaim): boolean {
  const details = row['details'] as Line;
  return (
    row['action'] === 'delete' &&
    row['resource_type'] === 'audit_partition' &&
    row['timestamp'] === droppedAt.toISOString() &&
    details['from'] === from.toISOString() &&
    details['to'] === to.toISOString()
  );
}

/** Whether an event is of the time of a drop: by what it says where a copy has it, else by its id (UUIDv7). */
export function isDropped(drops: readonly Drop[], eventId: string, event: Line | null): boolean {
  const [time, apart] = event ? [Date.parse(String(event['timestamp'])), 0] : [timeInId(eventId), APART_MS];
  return drops.some(({ from, to }) => time >= from - apart && time < to + apart);
}

/** Milliseconds in the first 48 bits of a UUIDv7; NaN where the id is of another kind. */
export const timeInId = (id: string): number =>
  id[14] === '7' ? parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : NaN;
