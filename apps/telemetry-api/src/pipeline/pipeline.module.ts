import { Module } from '@nestjs/common';
import { AnalyticsModule } from '../analytics/analytics.module';
import { GeoModule } from '../geo/geo.module';
import { IntegrityModule } from '../integrity/integrity.module';
import { PrivacyModule } from '../privacy/privacy.module';
import { PipelineService } from './pipeline.service';

@Module({
  imports: [AnalyticsModule, GeoModule, IntegrityModule, PrivacyModule],
  providers: [PipelineService],
  exports: [PipelineService],
})
export class PipelineModule {}
