import { createPublicKey, type KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { AnalyticsBatch } from '@restartix/contracts';
import { sealBox } from '@restartix/crypto';
import { Metrics } from '@restartix/logging';
import { JobProducer } from '@restartix/queue';
import type { CoreConfig } from '../../core.config';
import { CORE_CONFIG } from '../../platform/tokens';
import { ANALYTICS } from './analytics.job';

/** The bounded buffer before telemetry-api: what is put in is sealed so that only telemetry-api reads it. */
@Injectable()
export class AnalyticsBufferService {
  private readonly recipient: KeyObject;
  private readonly drops: { add(by: number, values: { 'event.class': string }): void };

  constructor(
    private readonly jobs: JobProducer,
    metrics: Metrics,
    @Inject(CORE_CONFIG) config: CoreConfig,
  ) {
    this.drops = metrics.counter({
      name: 'telemetry.items.dropped',
      help: 'Items of analytics that nobody waited for and that could not be buffered.',
      labels: ['event.class'],
    });
    metrics.gauge(
      { name: 'telemetry.buffer.depth', help: 'Boxes of analytics that wait for telemetry-api.' },
      async (set) => {
        const depth = await this.jobs.depth(ANALYTICS.queue).catch(() => undefined);
        if (depth !== undefined) set(depth, {});
      },
    );
    this.recipient = createPublicKey(config.ANALYTICS_PUBLIC_KEY);
  }

  /** Puts a batch in. Throws rate_limited when the buffer is full, queue_unavailable when it cannot be reached. */
  async put(batch: AnalyticsBatch): Promise<void> {
    await this.jobs.add(ANALYTICS, { sealed: sealBox(this.recipient, JSON.stringify(batch)) });
  }

  /** Puts a batch in that nobody waits for: what cannot be put is dropped and counted. */
  async offer(batch: AnalyticsBatch): Promise<boolean> {
    try {
      await this.put(batch);
      return true;
    } catch {
      this.countDropped(batch.class, batch.events.length);
      return false;
    }
  }

  /** Counts items that were given up before they came here. */
  countDropped(eventClass: AnalyticsBatch['class'], items: number): void {
    this.drops.add(items, { 'event.class': eventClass ?? 'analytics' });
  }
}
