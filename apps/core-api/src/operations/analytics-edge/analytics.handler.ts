import {
  ANALYTICS_BATCH_MAX,
  type AnalyticsIngestRequest,
  type AnalyticsIngestResponse,
  type AnalyticsJob,
} from '@restartix/contracts';
import { PlatformLogger } from '@restartix/logging';
import { HandlesJob, type JobHandler } from '@restartix/queue';
import { ChannelClient } from '@restartix/service-channel';
import { ANALYTICS } from './analytics.job';
import { BoxBatcher } from './box-batcher';

const GATHER_MS = 20;

/** Delivers buffered boxes to telemetry-api, many in one request. A box it refuses is not sent again. */
@HandlesJob(ANALYTICS)
export class AnalyticsHandler implements JobHandler<AnalyticsJob> {
  private readonly batcher: BoxBatcher;

  constructor(
    channel: ChannelClient,
    private readonly logger: PlatformLogger,
  ) {
    this.batcher = new BoxBatcher(
      async (batches) => {
        const request: AnalyticsIngestRequest = { batches };
        return (await channel.post<AnalyticsIngestResponse>('/internal/v1/analytics-batches', request))
          .results;
      },
      { boxes: ANALYTICS_BATCH_MAX, delayMs: GATHER_MS },
    );
  }

  async handle({ sealed }: AnalyticsJob): Promise<void> {
    const { status, reason } = await this.batcher.add(sealed);
    if (status === 'refused') this.logger.warn('telemetry-api refused an analytics box', { reason });
  }
}
