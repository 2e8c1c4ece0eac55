import { Module } from '@nestjs/common';
import { ConsentsModule } from '../../people/consents/consents.module';
import { AnalyticsEdgeController } from './analytics-edge.controller';
import { AnalyticsEdgeService } from './analytics-edge.service';

@Module({
  imports: [ConsentsModule],
  controllers: [AnalyticsEdgeController],
  providers: [AnalyticsEdgeService],
})
export class AnalyticsEdgeModule {}
