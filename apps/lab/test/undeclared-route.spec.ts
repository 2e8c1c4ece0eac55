import { Controller, Get, Module } from '@nestjs/common';
import { createHttpApp, declareAccess } from '@restartix/http';
import { createLogger } from '@restartix/logging';

@Controller('v1/declared')
class DeclaredController {
  @Get()
  @declareAccess({ kind: 'public', reason: 'a canary' })
  read() {
    return { data: 1 };
  }
}

@Controller('v1/forgotten')
class ForgottenController {
  @Get('kept')
  @declareAccess({ kind: 'authenticated' })
  kept() {
    return { data: 1 };
  }

  @Get('lost')
  lost() {
    return { data: 1 };
  }
}

@Module({ controllers: [DeclaredController] })
class DeclaredModule {}

@Module({ controllers: [DeclaredController, ForgottenController] })
class ForgottenModule {}

const create = (module: new () => object) =>
  createHttpApp({
    module,
    bodyLimitBytes: 1024,
    trustedProxies: [],
    corsOrigins: [],
    logger: createLogger({ level: 'error', format: 'json', service: 'canary' }),
  });

describe('a route without a declaration', () => {
  it('keeps the service from starting, and is named', async () => {
    const error = await create(ForgottenModule).then(
      () => null,
      (reason: unknown) => reason as Error,
    );
    expect(error?.message).toContain('GET /v1/forgotten/lost');
    expect(error?.message).not.toContain('/kept');
    expect(error?.message).not.toContain('/declared');
  });

  it('is what kept it: the same service starts when each route is declared', async () => {
    const app = await create(DeclaredModule);
    await app.close();
  });
});
