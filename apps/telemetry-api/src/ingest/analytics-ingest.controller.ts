import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ANALYTICS_BATCH_MAX, type AnalyticsIngestResponse } from '@restartix/contracts';
import { declareAccess } from '@restartix/http';
import { readBatch } from '../channel-body';
import { PipelineService } from '../pipeline/pipeline.service';

/** The door sealed analytics come in by. */
@Controller('internal/v1/analytics-batches')
@declareAccess({ kind: 'channel' })
export class AnalyticsIngestController {
  constructor(private readonly pipeline: PipelineService) {}

  /** Answers after the rows are stored; see PipelineService.ingest. */
  @Post()
  @HttpCode(200)
  async ingest(@Body() body: unknown): Promise<AnalyticsIngestResponse> {
    return { results: await this.pipeline.ingest(readBatch('batches', ANALYTICS_BATCH_MAX, body)) };
  }
}
