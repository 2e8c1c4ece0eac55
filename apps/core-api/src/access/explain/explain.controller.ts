import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { AccessExplanation, AccessQuestion } from '@restartix/contracts';
import { ApiData } from '@restartix/http';
import { Member } from '@restartix/tenancy';
import { ExplainService } from './explain.service';

@Controller('v1/access/explain')
export class ExplainController {
  constructor(private readonly service: ExplainService) {}

  @Get()
  @ApiOperation({ summary: 'Why you may, or may not, see one thing' })
  @Member()
  @ApiData(AccessExplanation)
  async explain(@Query() question: AccessQuestion): Promise<{ data: AccessExplanation }> {
    return { data: await this.service.explain(question) };
  }
}
