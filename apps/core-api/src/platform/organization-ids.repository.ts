import type { UnitOfWork } from '@restartix/database';

/** Every organization, as system work that goes through all of them one after another needs it. */
export async function organizationIds(uow: UnitOfWork): Promise<number[]> {
  const rows = await uow.sql.query<{ id: number }>('select id from organizations order by id');
  return rows.map(({ id }) => id);
}
