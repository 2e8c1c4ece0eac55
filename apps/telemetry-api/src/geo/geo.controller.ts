import { Controller, HttpCode, Post } from '@nestjs/common';
import type { GeoState } from '@restartix/contracts';
import { declareAccess } from '@restartix/http';
import { GeoService } from './geo.service';

/** The geo database, for core-api only. */
@Controller('internal/v1/geo')
@declareAccess({ kind: 'channel' })
export class GeoController {
  constructor(private readonly geo: GeoService) {}

  @Post('update')
  @HttpCode(200)
  update(): Promise<GeoState> {
    return this.geo.update();
  }

  @Post('state')
  @HttpCode(200)
  state(): GeoState {
    return this.geo.state();
  }
}
