import type { Metrics } from '@restartix/logging';
import type { RequestHandler } from 'express';
import { routeOf } from '../routes/route-table';

/** Durations of requests by method, route template and status: `http.server.request.duration`. */
export function measureRequests(metrics: Metrics): RequestHandler {
  const durations = metrics.durations({
    name: 'http.server.request.duration',
    help: 'Durations of requests by route template and status.',
    labels: ['http.request.method', 'http.route', 'http.response.status_code'],
  });
  return (request, response, next) => {
    const startedAt = performance.now();
    response.once('close', () =>
      durations.record((performance.now() - startedAt) / 1000, {
        'http.request.method': request.method,
        'http.route': routeOf(request)?.path ?? 'unknown',
        // A caller that went away before the answer: 499, as nginx counts it.
        'http.response.status_code': response.writableFinished ? response.statusCode : 499,
      }),
    );
    next();
  };
}
