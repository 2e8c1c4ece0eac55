import { Controller, Get, Module } from '@nestjs/common';
import { captureLogger, sampleOptions } from '../../test/sample-app';
import { createHttpApp } from '../server/bootstrap';
import { declareAccess } from './access';
import { listRoutes } from './route-table';

@Controller('v1/half')
class HalfDeclared {
  @Get('said')
  @declareAccess({ kind: 'authenticated' })
  said() {
    return {};
  }

  @Get('forgotten')
  forgotten() {
    return {};
  }
}

@Module({ controllers: [HalfDeclared] })
class HalfModule {}

describe('route inventory', () => {
  it('refuses to start an application with an undeclared route, and names it', async () => {
    const { logger } = captureLogger();
    const starting = createHttpApp({ ...sampleOptions(logger), module: HalfModule });
    await expect(starting).rejects.toThrow('GET /v1/half/forgotten (HalfDeclared)');
    await expect(starting).rejects.not.toThrow('/v1/half/said');
  });

  it('lists every route with its method, template and declaration', async () => {
    const { logger } = captureLogger();
    const app = await createHttpApp(sampleOptions(logger));
    const routes = listRoutes(app).map(({ method, path, access }) => [method, path, access?.kind]);
    expect(routes).toContainEqual(['GET', '/v1/things/:id', 'permission']);
    expect(routes).toContainEqual(['POST', '/v1/things', 'public']);
    expect(routes).toContainEqual(['GET', '/health/ready', 'public']);
    await app.close();
  });
});
