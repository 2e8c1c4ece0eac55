import { createAuditEvent } from '@restartix/audit';
import type { UnitOfWork } from '@restartix/database';
import { currentContext } from '@restartix/context';
import { configuredRootKey, KeyRing, LocalRootKey, type RecordKeyUse, type RootKey } from '@restartix/keys';
import type { CoreConfig } from '../core.config';
import { outboxStatement } from './outbox-insert.repository';
import { inSomeContext, OrganizationKeyRepository } from './organization-key.repository';

const WHY = {
  use: 'Opened to seal or open protected columns',
  'rotation of the root key': 'Opened to be wrapped under the root key of now',
} as const;

/** The root key of the configuration: in the process, or in AWS KMS. */
function rootKeyOf(config: CoreConfig): RootKey {
  const local = new LocalRootKey(config.ENCRYPTION_KEY.reveal(), config.ENCRYPTION_EARLIER_KEYS.reveal());
  return configuredRootKey(local, {
    keyId: config.KMS_KEY_ID,
    earlierKeyIds: config.KMS_EARLIER_KEY_IDS,
    region: config.KMS_REGION,
    endpoint: config.KMS_ENDPOINT,
    accessKeyId: config.KMS_ACCESS_KEY,
    secretAccessKey: config.KMS_SECRET_KEY,
  });
}

/**
 * The key ring over the root key of the configuration. Opening an organization's key leaves a key_use event in that
 * organization's log: which key, in which request, and for whom it was opened.
 */
export function createKeyRing(config: CoreConfig, uow: UnitOfWork): KeyRing {
  const store = new OrganizationKeyRepository(uow);
  const recordUse: RecordKeyUse = ({ organizationId, version, reason }) => {
    const opened_for = currentContext()?.actor?.userId ?? null;
    return inSomeContext(() =>
      uow.asSystem('open an organization key', organizationId, async () => {
        const event = createAuditEvent({
          action: 'key_use',
          resourceType: 'organization_key',
          resourceId: String(version),
          details: { description: WHY[reason], opened_for },
        });
        uow.beforeCommit(() => outboxStatement([event]));
      }),
    );
  };
  return new KeyRing(rootKeyOf(config), store, recordUse, { refreshMs: config.KEY_REFRESH_SECONDS * 1000 });
}
