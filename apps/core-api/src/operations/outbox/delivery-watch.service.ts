import { setTimeout } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { AuditAlert, AuditDelivery, OrganizationDelivery } from '@restartix/contracts';
import { AlertPort, Metrics, PlatformLogger } from '@restartix/logging';
import type { CoreConfig } from '../../core.config';
import { CORE_CONFIG } from '../../platform/tokens';
import { judgeDelivery } from './delivery.policy';
import { OutboxRepository } from './outbox.repository';

const LOOK_EVERY_MS = 5_000;

/** Watches what is on its way to the audit store: depth, age, dead letters, as metrics and as alerts. */
@Injectable()
export class DeliveryWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger: PlatformLogger;
  private readonly stop = new AbortController();
  private running: Promise<void> | undefined;
  private last: AuditDelivery = { waiting: 0, oldest_seconds: 0, dead_letters: 0 };

  constructor(
    private readonly outbox: OutboxRepository,
    private readonly alerts: AlertPort,
    metrics: Metrics,
    logger: PlatformLogger,
    @Inject(CORE_CONFIG) private readonly config: CoreConfig,
  ) {
    this.logger = logger.child('delivery-watch');
    metrics.gauge({ name: 'audit.outbox.depth', help: 'Audit events that wait for delivery.' }, (set) =>
      set(this.last.waiting, {}),
    );
    metrics.gauge(
      { name: 'audit.outbox.oldest', unit: 'seconds', help: 'Age of the oldest that waits.' },
      (set) => set(this.last.oldest_seconds, {}),
    );
    metrics.gauge(
      { name: 'audit.dead_letters.open', help: 'Refused audit events nobody has sent again.' },
      (set) => set(this.last.dead_letters, {}),
    );
  }

  onApplicationBootstrap(): void {
    if (this.config.OUTBOX_RELAY) this.running = this.repeat();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  /** The delivery of one organization's events, and what is wrong with it. */
  async of(organizationId: number): Promise<{ delivery: AuditDelivery; alerts: AuditAlert[] }> {
    const delivery = await this.look(organizationId);
    const judged = judgeDelivery(delivery, this.config.AUDIT_DELIVERY_ALERT_SECONDS);
    return { delivery, alerts: judged.filter(({ isWrong }) => isWrong).map(({ alert }) => alert) };
  }

  /** The delivery of every organization that has something on its way or refused, by id. */
  byOrganization(): Promise<OrganizationDelivery[]> {
    return this.outbox.byOrganization();
  }

  /** One look at the whole delivery; raises and resolves alerts. */
  async round(): Promise<void> {
    this.last = await this.look(null);
    for (const { alert, isWrong } of judgeDelivery(this.last, this.config.AUDIT_DELIVERY_ALERT_SECONDS)) {
      this.alerts.watch(isWrong, alert);
    }
  }

  private async look(organizationId: number | null): Promise<AuditDelivery> {
    const [{ depth, oldestSeconds }, deadLetters] = await Promise.all([
      this.outbox.backlog(organizationId),
      this.outbox.deadLetters(organizationId),
    ]);
    return { waiting: depth, oldest_seconds: oldestSeconds, dead_letters: deadLetters };
  }

  private async repeat(): Promise<void> {
    while (!this.stop.signal.aborted) {
      await this.round().catch((error: unknown) =>
        this.logger.warn('The outbox could not be looked at', { error }),
      );
      await setTimeout(LOOK_EVERY_MS, undefined, { signal: this.stop.signal, ref: false }).catch(
        () => undefined,
      );
    }
  }
}
