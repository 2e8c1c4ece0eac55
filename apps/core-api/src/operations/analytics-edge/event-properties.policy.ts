import type { FieldError, TrackedEvent } from '@restartix/contracts';

const MOST_PROPERTIES = 20;
const LONGEST_TEXT = 200;
const NAME = /^[a-z][a-z0-9_]{0,39}$/;

/** Faults of the free part of events: names that are no names, values that are no plain values, too many of them. */
export function propertyFaults(events: readonly TrackedEvent[]): FieldError[] {
  return events.flatMap(({ properties = {} }, index) => {
    const field = `events[${index}].properties`;
    const names = Object.keys(properties);
    if (names.length > MOST_PROPERTIES)
      return [{ field, reason: `must have at most ${MOST_PROPERTIES} entries` }];
    return names.flatMap((name) => {
      const reason = NAME.test(name)
        ? valueFault(properties[name])
        : 'must be named in lower case letters, digits and _';
      return reason ? [{ field: `${field}.${name.slice(0, 40)}`, reason }] : [];
    });
  });
}

function valueFault(value: unknown): string | undefined {
  if (value === null || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'must be a finite number';
  if (typeof value !== 'string') return 'must be text, a number, true, false or null';
  return value.length > LONGEST_TEXT ? `must be at most ${LONGEST_TEXT} characters long` : undefined;
}
