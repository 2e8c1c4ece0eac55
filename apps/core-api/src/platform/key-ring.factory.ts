import { createAuditEvent } from '@restartix/audit';
import type { UnitOfWork } from '@restartix/database';
import { KeyRing, LocalRootKey } from '@restartix/keys';
import type { CoreConfig } from '../core.config';
import { outboxStatement } from './outbox-insert.repository';
import { inSomeContext, OrganizationKeyRepository } from './organization-key.repository';

/** The key ring over the root key of the configuration; opening an organization's key leaves a key_use event. */
export function createKeyRing(config: CoreConfig, uow: UnitOfWork): KeyRing {
  const store = new OrganizationKeyRepository(uow);
  const root = new LocalRootKey(config.ENCRYPTION_KEY.reveal());
  return new KeyRing(root, store, ({ organizationId, version }) =>
    inSomeContext(() =>
      uow.asSystem('open an organization key', organizationId, async () => {
        const event = createAuditEvent({
          action: 'key_use',
          resourceType: 'organization_key',
          resourceId: String(version),
        });
        uow.beforeCommit(() => outboxStatement([event]));
      }),
    ),
  );
}
