import { createAuditEvent } from '@restartix/audit';
import type { UnitOfWork } from '@restartix/database';
import { currentContext } from '@restartix/context';
import { KeyRing, LocalRootKey, type RecordKeyUse } from '@restartix/keys';
import type { CoreConfig } from '../core.config';
import { outboxStatement } from './outbox-insert.repository';
import { inSomeContext, OrganizationKeyRepository } from './organization-key.repository';

/**
 * The key ring over the root key of the configuration. Opening an organization's key leaves a key_use event in that
 * organization's log: which key, in which request, and for whom it was opened.
 */
export function createKeyRing(config: CoreConfig, uow: UnitOfWork): KeyRing {
  const store = new OrganizationKeyRepository(uow);
  const root = new LocalRootKey(config.ENCRYPTION_KEY.reveal(), config.ENCRYPTION_EARLIER_KEYS.reveal());
  const recordUse: RecordKeyUse = ({ organizationId, version }) => {
    const opened_for = currentContext()?.actor?.userId ?? null;
    return inSomeContext(() =>
      uow.asSystem('open an organization key', organizationId, async () => {
        const event = createAuditEvent({
          action: 'key_use',
          resourceType: 'organization_key',
          resourceId: String(version),
          details: { description: 'Opened to seal or open protected columns', opened_for },
        });
        uow.beforeCommit(() => outboxStatement([event]));
      }),
    );
  };
  return new KeyRing(root, store, recordUse, { refreshMs: config.KEY_REFRESH_SECONDS * 1000 });
}
