import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import {
  Body,
  Controller,
  HttpCode,
  Injectable,
  Module,
  Post,
  ValidationPipe,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, NestFactory } from '@nestjs/core';
import { UpdateOrganizationRequest } from '@restartix/contracts';
import type { Request } from 'express';
import { map, type Observable } from 'rxjs';

@Injectable()
class HeaderGuard implements CanActivate {
  canActivate(execution: ExecutionContext): boolean {
    const { authorization } = execution.switchToHttp().getRequest<Request>().headers;
    return authorization?.startsWith('Bearer ') ?? false;
  }
}

@Injectable()
class ReplyInterceptor implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ data })));
  }
}

@Controller()
class EchoController {
  @Post('echo')
  @HttpCode(200)
  echo(@Body() body: UpdateOrganizationRequest): UpdateOrganizationRequest {
    return body;
  }
}

@Module({
  controllers: [EchoController],
  providers: [
    { provide: APP_GUARD, useClass: HeaderGuard },
    { provide: APP_INTERCEPTOR, useClass: ReplyInterceptor },
  ],
})
class EchoModule {}

/** What a Nest and Express application costs that does nothing: one guard, one interceptor, one validated body. */
async function main(): Promise<void> {
  const app = await NestFactory.create(EchoModule, { logger: false });
  app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }));
  await app.listen(0, '127.0.0.1');
  process.send?.(((app.getHttpServer() as Server).address() as AddressInfo).port);
}

void main();
