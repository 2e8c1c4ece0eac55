/** SQLSTATE of an error, of whatever wraps it. */
function sqlState(error: unknown): string | undefined {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return code;
  return cause instanceof Error ? sqlState(cause) : undefined;
}

/**
 * Whether another transaction was faster with one of our events under another organization's lock, or the two got in
 * each other's way: trying once more settles it.
 */
export function wasRivalled(error: unknown): boolean {
  return ['23505', '40001', '40P01'].includes(sqlState(error) ?? '');
}

/** Why the database will never take a value (classes "data exception" and "integrity"); undefined for other errors. */
export function refusalOf(error: unknown): string | undefined {
  const state = sqlState(error);
  return state && /^(22|23)/.test(state) && state !== '23505'
    ? `a value is not storable (${state})`
    : undefined;
}
