import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import { ExclusionsState, GeoState } from '@restartix/contracts';
import { ApiData, ApiProblems } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { TelemetryUpkeepService } from './telemetry-upkeep.service';

@Controller('v1/admin')
export class TelemetryUpkeepController {
  constructor(private readonly service: TelemetryUpkeepService) {}

  @Post('geo/update')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Fetches the newest geo database and puts it in force; the old one answers meanwhile',
  })
  @Requires('telemetry_upkeep:update')
  @Audited(['configure geo_database'])
  @ApiData(GeoState)
  @ApiProblems('conflict', 'geo_unavailable', 'telemetry_unavailable')
  async updateGeo(): Promise<{ data: GeoState }> {
    return { data: await this.service.updateGeo() };
  }

  @Get('geo')
  @ApiOperation({ summary: 'The geo database in force' })
  @Requires('telemetry_upkeep:read')
  @ApiData(GeoState)
  @ApiProblems('telemetry_unavailable')
  async geo(): Promise<{ data: GeoState }> {
    return { data: await this.service.geo() };
  }

  @Get('privacy-exclusions')
  @ApiOperation({ summary: 'How old the list of networks is that are excluded from the sale of their data' })
  @Requires('telemetry_upkeep:read')
  @ApiData(ExclusionsState)
  @ApiProblems('telemetry_unavailable')
  async exclusions(): Promise<{ data: ExclusionsState }> {
    return { data: await this.service.exclusions() };
  }
}
