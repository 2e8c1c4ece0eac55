import { Controller, Get } from '@nestjs/common';
import { Me } from '@restartix/contracts';
import { ApiData } from '@restartix/http';
import { Authenticated } from '@restartix/tenancy';
import { MeService } from './me.service';

@Controller('v1/me')
export class MeController {
  constructor(private readonly service: MeService) {}

  /** Who the token says you are. */
  @Get()
  @Authenticated()
  @ApiData(Me)
  async whoAmI(): Promise<{ data: Me }> {
    return { data: await this.service.whoAmI() };
  }
}
