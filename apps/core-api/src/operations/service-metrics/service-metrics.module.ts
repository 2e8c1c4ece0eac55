import { Module, type MiddlewareConsumer, type NestModule } from '@nestjs/common';
import { currentContext, type RequestContext } from '@restartix/context';
import { routeOf } from '@restartix/http';
import type { NextFunction, Request, Response } from 'express';
import type { Sample } from './measured-round';
import { ServiceMetricsService } from './service-metrics.service';

/** Stands before every route and measures it when it is answered. */
@Module({ providers: [ServiceMetricsService] })
export class ServiceMetricsModule implements NestModule {
  constructor(private readonly metrics: ServiceMetricsService) {}

  configure(consumer: MiddlewareConsumer): void {
    consumer
      .apply((request: Request, response: Response, next: NextFunction) => {
        this.measure(request, response);
        next();
      })
      .forRoutes('{*path}');
  }

  private measure(request: Request, response: Response): void {
    const startedAt = performance.now();
    const context = currentContext();
    response.once('finish', () => {
      const route = routeOf(request)?.path;
      if (route === undefined || route.startsWith('/health')) return;
      this.metrics.count({
        ...whoOf(context),
        method: request.method,
        route,
        status: response.statusCode,
        durationMs: performance.now() - startedAt,
      });
    });
  }
}

/** Who asked and for which organization, as the guards found: nobody, where they found nobody. */
function whoOf(context: RequestContext | undefined): Pick<Sample, 'organizationId' | 'userId' | 'role'> {
  const { organizationId, actor } = context ?? { organizationId: null, actor: null };
  const { userId, role } = actor ?? { userId: null, role: 'anonymous' as const };
  return { organizationId: organizationId ?? 0, userId, role };
}
