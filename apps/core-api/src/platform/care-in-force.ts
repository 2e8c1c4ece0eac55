/** SQL: the care relationship under this alias opens its record now. Row-level security asks the same. */
export const careInForce = (alias: string): string =>
  `(${alias}.closed_at is null and ${alias}.opened_at <= current_app_time()
    and (${alias}.expires_at is null or ${alias}.expires_at > current_app_time()))`;
