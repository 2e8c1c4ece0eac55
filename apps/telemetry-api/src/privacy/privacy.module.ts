import { Module } from '@nestjs/common';
import { AnalyticsModule } from '../analytics/analytics.module';
import { IntegrityModule } from '../integrity/integrity.module';
import { ExclusionSource } from './exclusions.port';
import { ExclusionsRepository } from './exclusions.repository';
import { ExclusionsService } from './exclusions.service';
import { MaxmindExclusions } from './maxmind-exclusions.adapter';
import { PrivacyController } from './privacy.controller';
import { WithdrawalsRepository } from './withdrawals.repository';
import { WithdrawalsService } from './withdrawals.service';

@Module({
  imports: [AnalyticsModule, IntegrityModule],
  controllers: [PrivacyController],
  providers: [
    ExclusionsService,
    ExclusionsRepository,
    WithdrawalsService,
    WithdrawalsRepository,
    { provide: ExclusionSource, useClass: MaxmindExclusions },
  ],
  exports: [ExclusionsService, WithdrawalsService],
})
export class PrivacyModule {}
