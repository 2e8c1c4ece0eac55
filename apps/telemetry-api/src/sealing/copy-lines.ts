import type { CopiedLeaf } from './copy-store.port';

/** Lines of events: the canonical text as it was hashed. Leaves whose row no longer gives their hash have none. */
export const eventLines = (leaves: readonly CopiedLeaf[]): string[] =>
  leaves
    .filter(({ event }) => event !== null)
    .map(({ leaf_index, event }) => `{"leaf_index":${leaf_index},"event":${event}}`);

export const leafLines = (leaves: readonly CopiedLeaf[]): string[] =>
  leaves.map(({ leaf_index, leaf_hash, event_id }) => JSON.stringify({ leaf_index, leaf_hash, event_id }));

export const checkpointLine = (size: number, note: string): string => JSON.stringify({ size, note });

/** Twelve digits, so that names stand in the order of their numbers. */
export const padded = (place: number): string => String(place).padStart(12, '0');
