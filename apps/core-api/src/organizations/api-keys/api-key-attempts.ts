import { Inject, Injectable } from '@nestjs/common';
import { createAuditEvent } from '@restartix/audit';
import { Clock, requireContext } from '@restartix/context';
import { PLATFORM_ORGANIZATION } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { AlertPort } from '@restartix/logging';
import type { CoreConfig } from '../../core.config';
import { outboxStatement } from '../../platform/outbox-insert.repository';
import { CORE_CONFIG } from '../../platform/tokens';
import { ApiKeyAttemptsRepository } from './api-key-attempts.repository';
import { afterWrongKey } from './api-key-lockout.policy';
import { KeyNetworks } from './key-networks';

/** Wrong keys, counted in PostgreSQL as wrong second factors are: a lock-out must survive the loss of Redis. */
@Injectable()
export class ApiKeyAttempts {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: ApiKeyAttemptsRepository,
    private readonly networks: KeyNetworks,
    private readonly alerts: AlertPort,
    private readonly clock: Clock,
    @Inject(CORE_CONFIG) private readonly config: CoreConfig,
  ) {}

  /** The network of the request in hand, as its wrong keys are counted. */
  network(): string | null {
    return this.networks.indexOf(requireContext().clientAddress);
  }

  /** One more wrong key of a network, and for the key it begins like, where there is one. */
  async failed(
    network: string | null,
    lookup: string | null,
    meant: readonly { id: string; organization_id: number }[],
  ): Promise<void> {
    await this.uow.asSystem('wrong API key', null, async () => {
      if (network !== null && (await this.count(`network:${network}`)))
        this.tell('network', PLATFORM_ORGANIZATION, null);
      if (lookup !== null && (await this.count(`key:${lookup}`)))
        for (const { id, organization_id } of meant) this.tell('key', organization_id, id);
      await this.repository.forget(this.clock.now());
    });
  }

  /** Whether this one locks the subject out. */
  private async count(subject: string): Promise<boolean> {
    const now = this.clock.now();
    const before = await this.repository.lock(subject);
    const after = afterWrongKey(before, now, this.config.API_KEY_LOCK_AFTER);
    await this.repository.put(subject, after);
    return after.locked_until !== null;
  }

  /** The lock is an event of the key's organization, or, of a network, of the platform's log; and an alert. */
  private tell(locked: 'network' | 'key', organizationId: number, keyId: string | null): void {
    const summary = 'Too many wrong API keys: a network or a key was locked out.';
    this.alerts.raise({ code: 'api_key_locked_out', severity: 'warning', summary, labels: { locked } });
    const event = createAuditEvent({
      ...{ action: 'deny', resourceType: 'api_key', resourceId: keyId, success: false, organizationId },
      details: { failure_reason: 'api_key_locked', locked },
    });
    this.uow.beforeCommit(() => outboxStatement([{ ...event, user_role: 'anonymous' }]));
  }
}
