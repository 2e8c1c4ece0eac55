import type { AuditChange } from '@restartix/contracts';

/** A limit or a term by its variable: a number, or requests in so many milliseconds. */
export type Policies = Readonly<Record<string, number | { max: number; windowMs: number }>>;

/** What is another value now, what is new and what is gone. */
export function policyChanges(before: Policies, after: Policies): Record<string, AuditChange> {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const changed = names.filter((name) => textOf(before[name]) !== textOf(after[name]));
  return Object.fromEntries(
    changed.map((name) => [
      name,
      {
        ...(before[name] === undefined ? {} : { old: before[name] }),
        ...(after[name] === undefined ? {} : { new: after[name] }),
      },
    ]),
  );
}

/** The database gives the keys of an object back in an order of its own. */
function textOf(value: Policies[string] | undefined): string {
  return typeof value === 'object' ? `${value.max}/${value.windowMs}` : String(value);
}
