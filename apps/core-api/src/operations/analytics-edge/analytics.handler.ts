import type { OnModuleDestroy } from '@nestjs/common';
import {
  ANALYTICS_BATCH_MAX,
  type AnalyticsIngestRequest,
  type AnalyticsIngestResponse,
  type AnalyticsJob,
} from '@restartix/contracts';
import { Metrics, PlatformLogger } from '@restartix/logging';
import { HandlesJob, type JobHandler } from '@restartix/queue';
import { ChannelClient } from '@restartix/service-channel';
import { ANALYTICS } from './analytics.job';
import { BoxBatcher, type BoxResult } from './box-batcher';
import { Patience } from './patience';

/** Half of the largest body telemetry-api takes. */
const BATCH_CHARACTERS = 8_000_000;
const BATCH = { boxes: ANALYTICS_BATCH_MAX, characters: BATCH_CHARACTERS, delayMs: 20 };
/** Shorter than it takes a job to be counted as failed, long enough for a restart of telemetry-api. */
const PATIENCE = { firstPauseMs: 250, longestPauseMs: 5_000, giveUpAfterMs: 60_000 };

/**
 * Delivers buffered boxes to telemetry-api, many in one request. While telemetry-api is away it holds what it has in
 * hand and knocks again; the rest waits in Redis untouched, so that a full buffer costs nothing. A box that is refused
 * is not sent again.
 */
@HandlesJob(ANALYTICS)
export class AnalyticsHandler implements JobHandler<AnalyticsJob>, OnModuleDestroy {
  private readonly patience: Patience;
  private readonly batcher: BoxBatcher;
  private readonly drops: { add(by: number, values: { reason: 'refused' | 'given_up' }): void };

  constructor(
    private readonly channel: ChannelClient,
    private readonly logger: PlatformLogger,
    metrics: Metrics,
  ) {
    this.drops = metrics.counter({
      name: 'telemetry.boxes.dropped',
      help: 'Accepted requests whose box telemetry-api refused, or that were given up after the last attempt.',
      labels: ['reason'],
    });
    this.patience = new Patience(PATIENCE, (error) =>
      this.logger.warn('Analytics wait: telemetry-api is away', { error }),
    );
    this.batcher = new BoxBatcher((boxes) => this.patience.run(() => this.deliver(boxes)), BATCH);
  }

  async handle({ sealed }: AnalyticsJob): Promise<void> {
    const { status, reason } = await this.batcher.add(sealed);
    if (status !== 'refused') return;
    this.drops.add(1, { reason: 'refused' });
    this.logger.warn('telemetry-api refused an analytics box', { reason });
  }

  givenUp(): void {
    this.drops.add(1, { reason: 'given_up' });
  }

  /** On shutdown nothing is held: jobs go back to the queue. */
  onModuleDestroy(): void {
    this.patience.stop();
  }

  private async deliver(batches: string[]): Promise<BoxResult[]> {
    const request: AnalyticsIngestRequest = { batches };
    const { results } = await this.channel.post<AnalyticsIngestResponse>(
      '/internal/v1/analytics-batches',
      request,
    );
    return results;
  }
}
