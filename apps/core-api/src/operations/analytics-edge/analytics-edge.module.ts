import { Module, type DynamicModule } from '@nestjs/common';
import { ANALYTICS_BATCH_MAX, ANALYTICS_QUEUE } from '@restartix/contracts';
import { QueueModule } from '@restartix/queue';
import type { CoreConfig } from '../../core.config';
import { ConsentsModule } from '../../people/consents/consents.module';
import { AnalyticsEdgeController } from './analytics-edge.controller';
import { AnalyticsEdgeService } from './analytics-edge.service';
import { AnalyticsHandler } from './analytics.handler';
import { ANALYTICS } from './analytics.job';

/** Requests in hand at once: one batch on its way to telemetry-api and the next one gathering. */
const CONCURRENCY = 2 * ANALYTICS_BATCH_MAX;

@Module({})
export class AnalyticsEdgeModule {
  static register(config: CoreConfig): DynamicModule {
    return {
      module: AnalyticsEdgeModule,
      imports: [
        ConsentsModule,
        QueueModule.register({
          url: config.REDIS_URL?.reveal(),
          prefix: config.REDIS_KEY_PREFIX,
          jobs: [ANALYTICS],
          work: config.OUTBOX_RELAY,
          queues: { [ANALYTICS_QUEUE]: { limit: config.ANALYTICS_BUFFER_LIMIT, concurrency: CONCURRENCY } },
        }),
      ],
      controllers: [AnalyticsEdgeController],
      providers: [AnalyticsEdgeService, AnalyticsHandler],
    };
  }
}
