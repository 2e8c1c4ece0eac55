import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import { ApiKey, CreateApiKeyRequest, IssuedApiKey, RotateApiKeyRequest } from '@restartix/contracts';
import { ApiData, ApiDataArray, ApiProblems, ParseUuid } from '@restartix/http';
import { Requires, RequiresStepUp } from '@restartix/tenancy';
import { ApiKeysService } from './api-keys.service';

/**
 * A new key is answered with an explicit code, which keeps idempotency keys away from it: an answer that is kept to be
 * repeated would be a second place the key is stored in.
 */
@Controller('v1/api-keys')
export class ApiKeysController {
  constructor(private readonly service: ApiKeysService) {}

  @Get()
  @ApiOperation({ summary: 'Keys of the active organization, newest first; at most a hundred' })
  @Requires('api_key:read')
  @ApiDataArray(ApiKey)
  async list(): Promise<{ data: ApiKey[] }> {
    return { data: await this.service.list() };
  }

  @Post()
  @HttpCode(201)
  @ApiOperation({ summary: 'Makes a key for a system of the organization. It is shown now and never again' })
  @Requires('api_key:create')
  @RequiresStepUp('api_keys')
  @Audited(['configure api_key'])
  @ApiData(IssuedApiKey, { status: 201 })
  @ApiProblems('conflict')
  async create(@Body() request: CreateApiKeyRequest): Promise<{ data: IssuedApiKey }> {
    return { data: await this.service.create(request) };
  }

  @Post(':id/rotate')
  @HttpCode(201)
  @ApiOperation({ summary: 'Makes the key that follows this one, which stays good for a while beside it' })
  @Requires('api_key:update')
  @RequiresStepUp('api_keys')
  @Audited(['configure api_key', 'configure api_key'])
  @ApiData(IssuedApiKey, { status: 201 })
  @ApiProblems('not_found', 'conflict')
  async rotate(
    @Param('id', ParseUuid) id: string,
    @Body() request: RotateApiKeyRequest,
  ): Promise<{ data: IssuedApiKey }> {
    return { data: await this.service.rotate(id, request) };
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Revokes a key: its next request is refused, on every server' })
  @Requires('api_key:update')
  @Audited(['configure api_key'])
  @ApiData(ApiKey)
  @ApiProblems('not_found')
  async revoke(@Param('id', ParseUuid) id: string): Promise<{ data: ApiKey }> {
    return { data: await this.service.revoke(id) };
  }
}
