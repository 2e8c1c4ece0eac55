import { randomUUID } from 'node:crypto';
import type { Line } from '../../src/verdict';
import type { Entry, Forger, Logs } from './forger';

/** Row only, or the row with its leaf and every node above it. */
export type Depth = 'row' | 'row, leaf and nodes';

/** What an attack did: the verifier must name these events. */
export interface Hit {
  what: string;
  /** Events by organization of their log. */
  events: { organizationId: number; eventId: string }[];
}

/** What an attack is given: the logs, which one to take, and chance. */
export interface Scene {
  forger: Forger;
  logs: Logs;
  organizationId: number;
  other: number;
  log: readonly Entry[];
  /** Sizes of every log as an earlier backup has them. */
  backup: ReadonlyMap<number, number>;
  /** A whole number below a limit. */
  below: (limit: number) => number;
}

export type Attack = (scene: Scene, depth: Depth) => Promise<Hit>;

const DAY_MS = 86_400_000;
const hitOf = (what: string, organizationId: number, entries: readonly { eventId: string }[]): Hit => ({
  what,
  events: entries.map(({ eventId }) => ({ organizationId, eventId })),
});

/** One entry is written anew with something else in it. */
const rewrite =
  (change: (event: Line, scene: Scene) => Line, word: string): Attack =>
  async (scene, depth) => {
    const { forger, log, organizationId, below } = scene;
    const place = below(log.length);
    const entry = log[place] as Entry;
    const event = change(entry.event, scene);
    await forger.rewriteRows([event]);
    if (depth !== 'row') await forger.relog(organizationId, replaced(log, place, event), place);
    return hitOf(`${word} at place ${place}`, organizationId, [entry]);
  };

const replaced = (log: readonly Entry[], place: number, event: Line): Line[] =>
  log.map((entry, at) => (at === place ? event : entry.event));

const EDITS: readonly ((event: Line) => Line)[] = [
  (event) => ({ ...event, success: event['success'] !== true }),
  (event) => ({ ...event, user_id: randomUUID() }),
  (event) => ({ ...event, action: event['action'] === 'view' ? 'search' : 'view' }),
  (event) => ({ ...event, patient_id: randomUUID() }),
  (event) => ({ ...event, ip_address: '198.51.100.1' }),
  (event) => ({ ...event, details: { ...(event['details'] as object), reason: 'care' } }),
];

const remove =
  (place: (log: readonly Entry[], scene: Scene) => number, word: string): Attack =>
  async (scene, depth) => {
    const { forger, log, organizationId } = scene;
    const at = place(log, scene);
    const entry = log[at] as Entry;
    await forger.deleteRows([entry.eventId]);
    const left = log.filter((other) => other !== entry).map(({ event }) => event);
    if (depth !== 'row') await forger.relog(organizationId, left, at);
    return hitOf(`deleted the ${word}, place ${at}`, organizationId, [entry]);
  };

const insert: Attack = async ({ forger, log, organizationId, below }, depth) => {
  const place = below(log.length + 1);
  const like = log[below(log.length)] as Entry;
  const eventId = randomUUID();
  const event = { ...like.event, event_id: eventId };
  await forger.insertRows([event]);
  if (depth !== 'row') {
    const events = log.map((entry) => entry.event);
    await forger.relog(organizationId, [...events.slice(0, place), event, ...events.slice(place)], place);
  }
  return hitOf(`inserted an event at place ${place}`, organizationId, [{ eventId }]);
};

/** Rows have no order but their time: row only, two entries swap theirs. */
const reorder: Attack = async ({ forger, log, organizationId, below }, depth) => {
  const first = below(log.length - 1);
  const second = first + 1 + below(log.length - first - 1);
  const [one, two] = [log[first], log[second]] as [Entry, Entry];
  if (depth === 'row') {
    const apart = one.event['timestamp'] === two.event['timestamp'] ? DAY_MS : 0;
    await forger.rewriteRows([
      { ...one.event, timestamp: later(two.event, apart) },
      { ...two.event, timestamp: later(one.event, -apart) },
    ]);
  } else {
    const events = replaced(log, first, two.event);
    events[second] = one.event;
    await forger.relog(organizationId, events, first);
  }
  return hitOf(`swapped places ${first} and ${second}`, organizationId, [one, two]);
};

const later = (event: Line, by: number): string =>
  new Date(Date.parse(String(event['timestamp'])) + by).toISOString();

const move: Attack = async ({ forger, logs, log, organizationId, other, below }, depth) => {
  const place = below(log.length);
  const entry = log[place] as Entry;
  const event = { ...entry.event, organization_id: other };
  await forger.rewriteRows([event]);
  if (depth !== 'row') {
    const left = log.filter((kept) => kept !== entry).map((kept) => kept.event);
    const taken = (logs.get(other) ?? []).map((kept) => kept.event);
    await forger.relog(organizationId, left, place);
    await forger.relog(other, [...taken, event], taken.length);
  }
  return hitOf(`moved place ${place} to organization ${other}`, organizationId, [entry]);
};

const cutTail: Attack = async ({ forger, log, organizationId, below }, depth) => {
  const count = 1 + below(Math.min(log.length - 1, 40));
  const gone = log.slice(-count);
  await forger.deleteRows(gone.map(({ eventId }) => eventId));
  if (depth !== 'row') await forger.cut(organizationId, log.length - count);
  return hitOf(`cut the last ${count} entries`, organizationId, gone);
};

/** Every event says another person did it; deep, all of it is signed again with a key of the attacker's. */
const recompute: Attack = async ({ forger, log, organizationId }, depth) => {
  const user = randomUUID();
  const events = log.map(({ event }) => ({ ...event, user_id: user }));
  await forger.rewriteRows(events);
  if (depth !== 'row') {
    await forger.relog(organizationId, events);
    await forger.resign(organizationId, events);
  }
  return hitOf(`recomputed all ${log.length} entries`, organizationId, log);
};

const restore: Attack = async ({ forger, logs, backup }, depth) => {
  const gone: Hit['events'] = [];
  for (const [organizationId, log] of logs) {
    const size = backup.get(organizationId) ?? 0;
    const entries = log.slice(size);
    await forger.deleteRows(entries.map(({ eventId }) => eventId));
    if (depth !== 'row') await forger.cut(organizationId, size);
    gone.push(...entries.map(({ eventId }) => ({ organizationId, eventId })));
  }
  return { what: `restored a backup without the last ${gone.length} entries`, events: gone };
};

/** Everything the issue names, in its order. */
export const ATTACKS: Readonly<Record<string, Attack>> = {
  edit: rewrite(
    (event, { below }) => (EDITS[below(EDITS.length)] as (typeof EDITS)[number])(event),
    'edited',
  ),
  'delete at the head': remove(() => 0, 'head'),
  'delete in the middle': remove((log, { below }) => 1 + below(log.length - 2), 'middle'),
  'delete at the tail': remove((log) => log.length - 1, 'tail'),
  insert,
  reorder,
  'back-date': rewrite(
    (event, { below }) => ({ ...event, timestamp: later(event, -DAY_MS * (1 + below(300))) }),
    'back-dated',
  ),
  'move to another organization': move,
  'cut the tail': cutTail,
  'recompute everything': recompute,
  'restore an old backup': restore,
};

export const DEPTHS: readonly Depth[] = ['row', 'row, leaf and nodes'];
