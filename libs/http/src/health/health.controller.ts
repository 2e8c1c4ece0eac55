import { Controller, Get, Res } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import { DependencyHealth, HealthReport } from '@restartix/contracts';
import type { Response } from 'express';
import { declareAccess } from '../routes/access';
import { RateLimited } from '../routes/rate-class';
import { HealthRegistry } from './health.registry';

/** Health of the service, for load balancers and people. Names no host and shows no error. */
@Controller('health')
@ApiTags('health')
@ApiExtraModels(DependencyHealth)
@declareAccess({ kind: 'public', reason: 'load balancers and monitors have no token' })
@RateLimited('none')
export class HealthController {
  constructor(private readonly registry: HealthRegistry) {}

  @Get()
  @ApiOperation({ summary: 'How the service and each of its dependencies are' })
  @ApiOkResponse({ type: HealthReport })
  @ApiServiceUnavailableResponse({ type: HealthReport, description: 'A critical dependency is down.' })
  read(@Res({ passthrough: true }) response: Response): Promise<HealthReport> {
    return this.answer(response);
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether requests should be sent here' })
  @ApiOkResponse({ type: HealthReport })
  @ApiServiceUnavailableResponse({ type: HealthReport, description: 'A critical dependency is down.' })
  ready(@Res({ passthrough: true }) response: Response): Promise<HealthReport> {
    return this.answer(response);
  }

  @Get('live')
  @ApiOperation({ summary: 'Whether the process runs; says nothing of its dependencies' })
  @ApiOkResponse({
    schema: { type: 'object', required: ['status'], properties: { status: { enum: ['ok'] } } },
  })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  private async answer(response: Response): Promise<HealthReport> {
    const report = await this.registry.report();
    if (report.status === 'down') response.status(503);
    return report;
  }
}
