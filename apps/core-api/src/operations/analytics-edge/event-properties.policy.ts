import { propertyFault, type FieldError, type TrackedEvent } from '@restartix/contracts';

const MOST_PROPERTIES = 20;
const LONGEST_TEXT = 200;
const NAME = /^[a-z][a-z0-9_]{0,39}$/;

type Properties = NonNullable<TrackedEvent['properties']>;

/** What makes properties no properties: names that are no names, values that are no plain values, too many of them. */
export function propertyFaults(properties: Properties): FieldError[] {
  const names = Object.keys(properties);
  if (names.length > MOST_PROPERTIES)
    return [{ field: 'properties', reason: `must have at most ${MOST_PROPERTIES} entries` }];
  return names.flatMap((name) => {
    const reason = NAME.test(name)
      ? valueFault(properties[name])
      : 'must be named in lower case letters, digits and _';
    return reason ? [fault(name, reason)] : [];
  });
}

/** The properties that are on the list, and a word on each that is left out. */
export function knownProperties(properties: Properties): { known: Properties; leftOut: FieldError[] } {
  const leftOut: FieldError[] = [];
  const known: Properties = {};
  for (const [name, value] of Object.entries(properties)) {
    const reason = propertyFault(name, value);
    if (reason) leftOut.push(fault(name, reason));
    else known[name] = value;
  }
  return { known, leftOut };
}

const fault = (name: string, reason: string): FieldError => ({
  field: `properties.${name.slice(0, 40)}`,
  reason,
});

function valueFault(value: unknown): string | undefined {
  if (value === null || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'must be a finite number';
  if (typeof value !== 'string') return 'must be text, a number, true, false or null';
  return value.length > LONGEST_TEXT ? `must be at most ${LONGEST_TEXT} characters long` : undefined;
}
