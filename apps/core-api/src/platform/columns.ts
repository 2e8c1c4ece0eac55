import { invalid } from '@restartix/errors';

/** The columns a change gives, of those it may; names are ours, never the client's. Throws validation_error for none. */
export function givenColumns<K extends string>(
  allowed: readonly K[],
  change: Partial<Record<K, unknown>>,
): [K, unknown][] {
  return allowed.flatMap((column) =>
    change[column] === undefined ? [] : [[column, change[column]] as [K, unknown]],
  );
}

/** Throws validation_error for a change that changes nothing. */
export function assertSomething(change: object): void {
  if (Object.values(change).every((value) => value === undefined))
    throw invalid([{ field: '', reason: 'at least one field must be given' }]);
}

/** `a, b` for columns. */
export const namesOf = (columns: readonly [string, unknown][]): string =>
  columns.map(([column]) => column).join(', ');

/** `$2, $3` for as many values, counted from the given parameter. */
export const parametersOf = (values: readonly unknown[], first: number): string =>
  values.map((_, index) => `$${first + index}`).join(', ');

/** `a = $2, b = $3` for columns, counted from the given parameter. */
export const assignmentsOf = (columns: readonly [string, unknown][], first: number): string =>
  columns.map(([column], index) => `${column} = $${first + index}`).join(', ');
