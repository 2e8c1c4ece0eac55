import { Module } from '@nestjs/common';
import { IntegrityModule } from '../integrity/integrity.module';
import { CallsRepository } from './calls.repository';
import { InsightsController } from './insights.controller';
import { InsightsService } from './insights.service';
import { MediaRepository } from './media.repository';
import { ServiceMetricsRepository } from './service-metrics.repository';

@Module({
  imports: [IntegrityModule],
  controllers: [InsightsController],
  providers: [InsightsService, CallsRepository, MediaRepository, ServiceMetricsRepository],
})
export class InsightsModule {}
