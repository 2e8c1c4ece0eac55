import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { createContext, runInContext } from '@restartix/context';
import type { AnalyticsBatch } from '@restartix/contracts';
import { v7 as uuidv7 } from 'uuid';
import type { CoreConfig } from '../../core.config';
import { CORE_CONFIG } from '../../platform/tokens';
import { AnalyticsBufferService } from '../analytics-edge/analytics-buffer.service';
import { MeasuredRound, type Measured, type Sample } from './measured-round';

/** Requests of one round that are held; what comes on top is dropped and counted. */
const MOST_SAMPLES = 200_000;
/** Most items of one box. */
const ITEMS = 500;

/** Measures what core-api answers, by organization and route, and hands it in every minute. Costs a request nothing. */
@Injectable()
export class ServiceMetricsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly round = new MeasuredRound(MOST_SAMPLES);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly buffer: AnalyticsBufferService,
    @Inject(CORE_CONFIG) private readonly config: CoreConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.flush(), this.config.SERVICE_METRICS_INTERVAL_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  /** Counts one answered request. */
  count(sample: Sample): void {
    if (!this.round.add(sample)) this.buffer.countDropped('api_metric', 1);
  }

  private async flush(): Promise<void> {
    await runInContext(createContext({ requestId: uuidv7() }), async () => {
      for (const [organizationId, measured] of this.round.drain()) {
        for (const batch of batchesOf(organizationId, measured)) await this.buffer.offer(batch);
      }
    });
  }
}

function batchesOf(organizationId: number, { api, staff }: Measured): AnalyticsBatch[] {
  const batch = (eventClass: 'api_metric' | 'staff_metric', events: object[]): AnalyticsBatch => ({
    class: eventClass,
    organization_id: organizationId,
    user_id: null,
    consent_level: 0,
    consent_policy_version: null,
    client_address: null,
    user_agent: null,
    received_at: new Date().toISOString(),
    events,
  });
  return [
    ...portions(api).map((events) => batch('api_metric', events)),
    ...portions(staff).map((events) => batch('staff_metric', events)),
  ];
}

function portions<T>(items: T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / ITEMS) }, (_, index) =>
    items.slice(index * ITEMS, (index + 1) * ITEMS),
  );
}
