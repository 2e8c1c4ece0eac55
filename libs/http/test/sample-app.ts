import { Body, Controller, Get, HttpCode, Module, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { currentContext } from '@restartix/context';
import { PageQuery } from '@restartix/contracts';
import { DomainError } from '@restartix/errors';
import { createLogger, type PlatformLogger } from '@restartix/logging';
import { Type } from 'class-transformer';
import { IsArray, IsInt, IsOptional, IsString, Max, ValidateNested } from 'class-validator';
import type { Response } from 'express';
import {
  ApiData,
  createHttpApp,
  declareAccess,
  Deprecated,
  HealthModule,
  ParseUuid,
  type HttpOptions,
  type RequestWithBody,
} from '../src';

export class Part {
  @IsInt() @Max(2_147_483_647) count: number;
}

export class Thing {
  @IsString() name: string;

  @IsOptional() @IsArray() @ValidateNested({ each: true }) @Type(() => Part) parts?: Part[];
}

/** What a test lets the app do while a request is open. */
export const hooks = { whileOpen: () => Promise.resolve() };

@Controller('v1/things')
@declareAccess({ kind: 'public', reason: 'test' })
export class ThingsController {
  static calls = 0;

  @Get()
  list(@Query() query: PageQuery) {
    ThingsController.calls++;
    const { requestId, clientAddress, userAgent } = currentContext()!;
    return { data: { query, requestId, clientAddress, userAgent } };
  }

  @Post()
  @ApiData(Thing, { status: 201 })
  create(@Body() thing: Thing, @Req() request: RequestWithBody) {
    ThingsController.calls++;
    return { data: { ...thing, bytes: request.rawBody?.length, requestId: currentContext()!.requestId } };
  }

  @Post('open')
  @HttpCode(200)
  async open() {
    await hooks.whileOpen();
    return { data: 'finished' };
  }

  @Get('old')
  @Deprecated({ since: new Date(0), sunset: new Date('2030-01-01T00:00:00Z'), successor: '/v2/things' })
  old() {
    return { data: 'old' };
  }

  @Get('broken')
  broken() {
    throw new Error('Maria Ionescu <maria@example.org> could not be saved');
  }

  @Get('half')
  half(@Res() response: Response) {
    response.write('{"data":');
    throw new Error('cut');
  }

  @Get('limited')
  limited() {
    throw new DomainError('rate_limited', { headers: { 'Retry-After': '7' } });
  }

  @Get('closed')
  closed() {
    throw new DomainError('token_expired');
  }

  @Get(':id')
  @declareAccess({ kind: 'permission', permission: 'patient:read' })
  read(@Param('id', ParseUuid) id: string) {
    return { data: { id } };
  }
}

@Controller('v2/things')
@declareAccess({ kind: 'public', reason: 'test' })
export class NewThingsController {
  @Get()
  list() {
    return { data: 'new' };
  }
}

@Module({ imports: [HealthModule], controllers: [ThingsController, NewThingsController] })
export class SampleModule {}

/** A logger whose lines are kept. */
export function captureLogger(level: 'debug' | 'info' = 'info'): { logger: PlatformLogger; lines: string[] } {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { logger: createLogger({ level, format: 'json', service: 'sample', destination }), lines };
}

export const sampleOptions = (logger: PlatformLogger): HttpOptions => ({
  module: SampleModule,
  bodyLimitBytes: 10_000,
  trustedProxies: [],
  corsOrigins: ['https://app.example.org'],
  logger,
  openApi: { title: 'Sample', description: 'For tests', version: '1' },
  docs: true,
});

/** The sample application, listening on a free loopback port. */
export async function startSample(
  options: Partial<HttpOptions> = {},
): Promise<{ app: NestExpressApplication; url: string; lines: string[] }> {
  const { logger, lines } = captureLogger();
  const app = await createHttpApp({ ...sampleOptions(logger), ...options });
  await app.listen(0, '127.0.0.1');
  return { app, url: await app.getUrl(), lines };
}
