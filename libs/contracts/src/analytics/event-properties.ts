/** What a property of a usage event may hold: lower-case words joined by . _ or -, a number, or true and false. */
export type PropertyKind = 'word' | 'number' | 'flag';

const words = (...names: string[]) => names.map((name) => [name, 'word'] as const);
const numbers = (...names: string[]) => names.map((name) => [name, 'number'] as const);
const flags = (...names: string[]) => names.map((name) => [name, 'flag'] as const);

/**
 * The properties that are stored, and the kind of each. There is no free text among them, and none about a person's
 * health: what is not here is left out. A new one is added here, where its name and kind are looked at.
 */
export const EVENT_PROPERTIES: ReadonlyMap<string, PropertyKind> = new Map<string, PropertyKind>([
  ...words('screen', 'previous_screen', 'element', 'feature', 'action', 'source', 'method', 'channel'),
  ...words('outcome', 'status', 'reason', 'locale', 'theme', 'platform', 'orientation'),
  ...flags('done', 'assisted', 'is_first', 'is_offline', 'is_rescheduled'),
  // exercises and plans
  ...words('exercise', 'side', 'difficulty'),
  ...numbers('sets', 'repetitions', 'position', 'week', 'day', 'streak_days'),
  ...numbers(
    'exercises_planned',
    'exercises_completed',
    'minutes',
    'duration_seconds',
    'duration_ms',
    'count',
  ),
  // appointments and calls
  ...words('mode', 'booked_via', 'cancelled_by', 'call_quality'),
  ...numbers('duration_minutes', 'days_ahead', 'hours_ahead', 'late_minutes', 'attempt'),
]);

const WORD = /^[a-z][a-z0-9]*([._-][a-z0-9]+)*$/;
const LONGEST_WORD = 64;

const FITS: Readonly<Record<PropertyKind, (value: unknown) => boolean>> = {
  word: (value) => typeof value === 'string' && value.length <= LONGEST_WORD && WORD.test(value),
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  flag: (value) => typeof value === 'boolean',
};

/** Why a property is left out; undefined for one that is stored, and for null, which says nothing. */
export function propertyFault(name: string, value: unknown): string | undefined {
  const kind = EVENT_PROPERTIES.get(name);
  if (!kind) return 'is not a known property and was left out';
  if (value === null || FITS[kind](value)) return undefined;
  return `must be a ${kind} and was left out`;
}
