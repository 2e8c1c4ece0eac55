/**
 * SQL: the entries of the log of organization $1 at places $2 up to, without, $3. By a list of ids rather than by a join:
 * the rows of a partition are found in one walk of its key, where a join walks the key of every partition once a row.
 */
export const LOG_RANGE = `select * from audit.audit_logs where event_id = any(array(
  select event_id from integrity.leaves where organization_id = $1 and leaf_index >= $2 and leaf_index < $3))`;
