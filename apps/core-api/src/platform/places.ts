/**
 * Places of envelopes: organization, table, column, row. An envelope copied anywhere else does not open. The platform
 * (users, persons) is organization 0.
 */
export const placeOf = (organizationId: number, table: string, column: string, id: string): string =>
  `${organizationId}:${table}:${column}:${id}`;

/** Place of a column of `users`. */
export const userPlace = (column: 'email' | 'name', userId: string): string =>
  placeOf(0, 'users', column, userId);
