import { createHash } from 'node:crypto';
import { isIP } from 'node:net';

/** Something in a row that stands for a person. */
export interface Finding {
  column: string;
  kind: string;
}

/** Written apart from the scrubber's patterns, so that one does not repeat the other's mistakes. */
const KINDS: [string, RegExp][] = [
  ['e-mail', /[\w.+-]+(@|%40)[\w-]+/i],
  ['address', /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/],
  ['address', /(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}/i],
  ['uuid', /[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}/i],
  ['token', /eyJ[\w-]{8,}/],
  ['number', /\d{8,}/],
];

/** Columns whose own content has a known harmless form. */
const HARMLESS: Record<string, RegExp> = {
  event_id: /^[0-9a-f-]{36}$/,
  day: /^\d{4}-\d{2}-\d{2}$/,
  occurred_at: /^\d{4}-\d{2}-\d{2} [\d:.]+$/,
  received_at: /^\d{4}-\d{2}-\d{2} [\d:.]+$/,
  minute: /^\d{4}-\d{2}-\d{2} [\d:]+$/,
  started_at: /^\d{4}-\d{2}-\d{2} [\d:.]+$/,
  ended_at: /^\d{4}-\d{2}-\d{2} [\d:.]+$/,
  first_event_at: /^\d{4}-\d{2}-\d{2} [\d:.]+$/,
  last_event_at: /^\d{4}-\d{2}-\d{2} [\d:.]+$/,
  session_id: /^[0-9a-f-]{36}$/,
  media_hash: /^([\w-]{43})?$/,
  actor_hash: /^([\w-]{43})?$/,
  ip_truncated: /^((\d+\.){3}0|[0-9a-f:]*::)?$/,
};

function disguises(identifier: string): string[] {
  const hash = (encoding: 'hex' | 'base64url') => createHash('sha256').update(identifier).digest(encoding);
  const bytes = Buffer.from(identifier);
  const bare = identifier.replaceAll('-', '');
  return [
    identifier,
    bare,
    bytes.toString('base64url'),
    bytes.toString('hex'),
    hash('hex'),
    hash('base64url'),
  ];
}

function findingsIn(column: string, text: string, known: string[]): Finding[] {
  const lower = text.toLowerCase();
  const found = known.some((word) => lower.includes(word.toLowerCase())) ? [{ column, kind: 'known' }] : [];
  const form = HARMLESS[column];
  if (form) return form.test(text) ? found : [...found, { column, kind: 'form' }];
  const kinds = KINDS.filter(([, pattern]) => pattern.test(text)).map(([kind]) => ({ column, kind }));
  return [...found, ...kinds, ...(isIP(text) ? [{ column, kind: 'address' }] : [])];
}

/**
 * Everything in these rows that stands for a person: the known identifiers, plain or simply disguised (encoded, or
 * hashed without a key), and whatever has the shape of an e-mail address, a full network address, an id or a token.
 */
export function findIdentifiers(rows: readonly object[], known: readonly string[]): Finding[] {
  const words = known.flatMap(disguises);
  return rows.flatMap((row) =>
    Object.entries(row).flatMap(([column, value]) => {
      if (typeof value === 'string') return findingsIn(column, value, words);
      if (typeof value !== 'object' || value === null) return findingsIn('number', String(value), words);
      const parts = Object.entries(value as object)
        .flat()
        .map(String);
      return parts.flatMap((part) => findingsIn(`${column}.`, part, words));
    }),
  );
}
