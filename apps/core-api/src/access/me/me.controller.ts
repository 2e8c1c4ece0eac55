import { Controller, Get } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Me } from '@restartix/contracts';
import { ApiData } from '@restartix/http';
import { Authenticated } from '@restartix/tenancy';
import { MeService } from './me.service';

@Controller('v1/me')
export class MeController {
  constructor(private readonly service: MeService) {}

  @Get()
  @ApiOperation({ summary: 'Who the token says you are' })
  @Authenticated()
  @ApiData(Me)
  async whoAmI(): Promise<{ data: Me }> {
    return { data: await this.service.whoAmI() };
  }
}
