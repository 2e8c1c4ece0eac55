/** SQL with the values of its parameters. */
export interface Statement {
  text: string;
  values: readonly unknown[];
  /** It answers no rows, and its values are texts: less is said about it on the wire. */
  isSilent?: boolean;
}

/** Something SQL can be sent to: an open transaction, or a database in autocommit. Answers rows. */
export interface Sql {
  query<R extends object>(text: string, values?: readonly unknown[]): Promise<R[]>;
}

/**
 * SQL that puts settings into the transaction (never into the session), and its values. It answers no row: whoever
 * sends it with other statements has nothing to skip.
 */
export function settingsStatement(settings: Readonly<Record<string, string>>): Statement {
  const calls = Object.keys(settings).map((name, index) => `set_config('${name}', $${index + 1}, true)`);
  return {
    text: `select 1 where concat(${calls.join(', ')}) is null`,
    values: Object.values(settings),
    isSilent: true,
  };
}
