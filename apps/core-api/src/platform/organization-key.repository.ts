import { createContext, currentContext, runInContext } from '@restartix/context';
import type { UnitOfWork } from '@restartix/database';
import type { OrganizationKeyStore, WrappedKey } from '@restartix/keys';
import { v7 as uuidv7 } from 'uuid';

/** Wrapped organization keys in the main database; organization 0 is the platform. */
export class OrganizationKeyRepository implements OrganizationKeyStore {
  constructor(private readonly uow: UnitOfWork) {}

  load(organizationId: number): Promise<WrappedKey[]> {
    return this.asSystem(organizationId, () =>
      this.uow.sql.query<WrappedKey>(
        'select version, wrapped_key as wrapped from organization_keys where organization_id = $1 order by version',
        [organizationId],
      ),
    );
  }

  async create(organizationId: number, key: WrappedKey): Promise<void> {
    await this.asSystem(organizationId, () =>
      this.uow.sql.query(
        `insert into organization_keys (organization_id, version, wrapped_key) values ($1, $2, $3)
         on conflict (organization_id, version) do nothing`,
        [organizationId, key.version, key.wrapped],
      ),
    );
  }

  async replace(organizationId: number, { version, wrapped }: WrappedKey, by: string): Promise<void> {
    await this.asSystem(organizationId, () =>
      this.uow.sql.query(
        `update organization_keys set wrapped_key = $4
          where organization_id = $1 and version = $2 and wrapped_key = $3`,
        [organizationId, version, wrapped, by],
      ),
    );
  }

  private asSystem<T>(organizationId: number, work: () => Promise<T>): Promise<T> {
    return inSomeContext(() => this.uow.asSystem('organization keys', organizationId, work));
  }
}

/** Keys are also opened by work no request started. */
export function inSomeContext<T>(work: () => Promise<T>): Promise<T> {
  return currentContext() ? work() : runInContext(createContext({ requestId: uuidv7() }), work);
}
