import { Module, type DynamicModule } from '@nestjs/common';
import { ANALYTICS_BATCH_MAX, ANALYTICS_QUEUE } from '@restartix/contracts';
import { QueueModule } from '@restartix/queue';
import type { CoreConfig } from '../../core.config';
import { AnalyticsBufferService } from './analytics-buffer.service';
import { AnalyticsHandler } from './analytics.handler';
import { ANALYTICS } from './analytics.job';

/** Requests in hand at once: one batch on its way to telemetry-api and the next one gathering. */
const CONCURRENCY = 2 * ANALYTICS_BATCH_MAX;

/** Global, because there is one buffer and it is made with the configuration. */
@Module({})
export class AnalyticsBufferModule {
  static register(config: CoreConfig): DynamicModule {
    return {
      module: AnalyticsBufferModule,
      global: true,
      imports: [
        QueueModule.register({
          url: config.REDIS_URL?.reveal(),
          prefix: config.REDIS_KEY_PREFIX,
          jobs: [ANALYTICS],
          work: config.OUTBOX_RELAY,
          queues: { [ANALYTICS_QUEUE]: { limit: config.ANALYTICS_BUFFER_LIMIT, concurrency: CONCURRENCY } },
        }),
      ],
      providers: [AnalyticsBufferService, AnalyticsHandler],
      exports: [AnalyticsBufferService],
    };
  }
}
