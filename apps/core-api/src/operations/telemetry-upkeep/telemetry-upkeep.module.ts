import { Module } from '@nestjs/common';
import { TelemetryUpkeepController } from './telemetry-upkeep.controller';
import { TelemetryUpkeepService } from './telemetry-upkeep.service';

@Module({ controllers: [TelemetryUpkeepController], providers: [TelemetryUpkeepService] })
export class TelemetryUpkeepModule {}
