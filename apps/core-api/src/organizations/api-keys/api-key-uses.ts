import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { createAuditEvent } from '@restartix/audit';
import { createContext, requireContext, runInContext } from '@restartix/context';
import type { AuditEvent } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { PlatformLogger } from '@restartix/logging';
import { v7 as uuidv7 } from 'uuid';
import type { CoreConfig } from '../../core.config';
import { outboxStatement } from '../../platform/outbox-insert.repository';
import { CORE_CONFIG } from '../../platform/tokens';
import { ApiKeysRepository, type LastUse } from './api-keys.repository';
import { KeyNetworks } from './key-networks';

/** Requests of one address with one key. */
interface Use {
  organizationId: number;
  keyId: string;
  address: string | null;
  count: number;
  lastAt: Date;
}

/** Past this many entries the rest of the time between two writings share one per key: a flood does not become memory. */
const ENTRY_LIMIT = 10_000;

/**
 * Uses of keys: counted here and written once a minute, as one key_use event per key and address, so that using a key
 * costs no request a write. What a request does with its key is its own event and says the key. A process that is
 * killed takes its last minute with it.
 */
@Injectable()
export class ApiKeyUses implements BeforeApplicationShutdown {
  private uses = new Map<string, Use>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: ApiKeysRepository,
    private readonly networks: KeyNetworks,
    private readonly logger: PlatformLogger,
    @Inject(CORE_CONFIG) private readonly config: CoreConfig,
  ) {}

  /** Notes one use by the address in the open context. */
  note(organizationId: number, keyId: string, at: Date): void {
    const { clientAddress } = requireContext();
    const address = this.uses.size < ENTRY_LIMIT ? clientAddress : null;
    this.add({ organizationId, keyId, address, count: 1, lastAt: at });
    this.timer ??= this.later();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.write();
  }

  private add(use: Use): void {
    const entry = `${use.keyId} ${use.address ?? ''}`;
    this.uses.set(entry, { ...use, count: use.count + (this.uses.get(entry)?.count ?? 0) });
  }

  private async write(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const writing = [...this.uses.values()];
    this.uses = new Map();
    for (const organizationId of new Set(writing.map((use) => use.organizationId)))
      await this.writeOf(
        organizationId,
        writing.filter((use) => use.organizationId === organizationId),
      );
  }

  /** What cannot be written is kept for the next time. */
  private async writeOf(organizationId: number, uses: readonly Use[]): Promise<void> {
    try {
      await runInContext(createContext({ requestId: uuidv7() }), () =>
        this.uow.asSystem('uses of API keys', organizationId, async () => {
          await this.repository.touch(organizationId, this.lastUses(uses));
          const events = uses.map(eventOf);
          this.uow.beforeCommit(() => outboxStatement(events));
        }),
      );
    } catch (error) {
      for (const use of uses) this.add(use);
      this.timer ??= this.later();
      this.logger.warn('Uses of API keys could not be written; they are kept', { error });
    }
  }

  private lastUses(uses: readonly Use[]): LastUse[] {
    const last = new Map<string, Use>();
    for (const use of uses) if (use.lastAt > (last.get(use.keyId)?.lastAt ?? 0)) last.set(use.keyId, use);
    return [...last.values()].map(({ keyId, lastAt, address }) => ({
      ...{ keyId, at: lastAt },
      network: this.networks.indexOf(address),
    }));
  }

  private later(): NodeJS.Timeout {
    const everyMs = this.config.API_KEY_USES_SECONDS * 1000;
    return setTimeout(() => void this.write(), everyMs).unref();
  }
}

function eventOf({ keyId, address, count }: Use): AuditEvent {
  const details = { count };
  const event = createAuditEvent({ action: 'key_use', resourceType: 'api_key', resourceId: keyId, details });
  return { ...event, ip_address: address };
}
