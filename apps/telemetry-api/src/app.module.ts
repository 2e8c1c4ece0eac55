import { Module, type DynamicModule, type ExecutionContext } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { HealthModule, readAccess } from '@restartix/http';
import type { PlatformLogger } from '@restartix/logging';
import { ChannelGuard } from '@restartix/service-channel';
import { GeoModule } from './geo/geo.module';
import { InsightsModule } from './insights/insights.module';
import { IngestModule } from './ingest/ingest.module';
import { PlatformModule } from './platform/platform.module';
import { ProjectionModule } from './projection/projection.module';
import { RetentionModule } from './retention/retention.module';
import { SealingModule } from './sealing/sealing.module';
import type { TelemetryConfig } from './telemetry.config';
import { VerificationModule } from './verification/verification.module';
import { TelemetryHealth } from './telemetry-health';

/** Health is open to monitors; every other route is core-api's alone. */
const isOpen = (context: ExecutionContext): boolean =>
  readAccess(context.getHandler(), context.getClass())?.kind === 'public';

/** The record of what was done: the audit trail and the analytics, behind the private channel. */
@Module({})
export class AppModule {
  static register(config: TelemetryConfig, logger: PlatformLogger): DynamicModule {
    const guard = new ChannelGuard({ publicKeys: config.CHANNEL_PUBLIC_KEYS, isOpen });
    return {
      module: AppModule,
      imports: [
        PlatformModule.register(config, logger),
        HealthModule,
        GeoModule,
        IngestModule,
        InsightsModule,
        RetentionModule,
        ProjectionModule,
        SealingModule,
        VerificationModule,
      ],
      providers: [TelemetryHealth, { provide: APP_GUARD, useValue: guard }],
    };
  }
}
