import { Module } from '@nestjs/common';
import { MessagingModule } from '../../outreach/messaging/messaging.module';
import { BreakGlassController } from './break-glass.controller';
import { BreakGlassMapper } from './break-glass.mapper';
import { BreakGlassRepository } from './break-glass.repository';
import { BreakGlassReviewsService } from './break-glass-reviews.service';
import { BreakGlassService } from './break-glass.service';
import { BreakGlassWatch } from './break-glass-watch';

@Module({
  imports: [MessagingModule],
  controllers: [BreakGlassController],
  providers: [
    BreakGlassService,
    BreakGlassReviewsService,
    BreakGlassWatch,
    BreakGlassMapper,
    BreakGlassRepository,
  ],
})
export class BreakGlassModule {}
