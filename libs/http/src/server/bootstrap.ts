import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DynamicModule, Type } from '@nestjs/common';
import type { CorsOptions } from '@nestjs/common/interfaces/external/cors-options.interface.js';
import { NestFactory } from '@nestjs/core';
import { UnknownElementException } from '@nestjs/core/errors/exceptions/unknown-element.exception.js';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Metrics, type PlatformLogger } from '@restartix/logging';
import { ProblemFilter } from '../errors/problem.filter';
import { openRequest } from '../intake/open-request';
import { parseQuery } from '../intake/query';
import { readRequest } from '../intake/read-request';
import { openMetricsDoor, type MetricsPlace } from '../metrics/metrics-door';
import { measureRequests } from '../metrics/measure-requests';
import { createValidationPipe } from '../intake/validation';
import { serveDocumentation } from '../openapi/documentation';
import type { OpenApiInfo } from '../openapi/document';
import { assertEveryRouteDeclared, listRoutes, RouteTable } from '../routes/route-table';
import { answerClientErrors } from './client-errors';
import { Drain } from './drain';
import { guardProcess } from './process-guards';
import { limitReceiving, RECEIVE_TIMEOUTS, type ReceiveTimeouts } from './receive-timeouts';

export interface HttpOptions {
  module: Type<unknown> | DynamicModule;
  /** Largest body in bytes, after inflation. */
  bodyLimitBytes: number;
  /** How long a client may take to send its request; {@link RECEIVE_TIMEOUTS} when absent. */
  receiveTimeouts?: ReceiveTimeouts;
  /** Addresses or CIDR blocks whose X-Forwarded-For counts. */
  trustedProxies: string[];
  /** Exact origins browsers may call from. */
  corsOrigins: string[];
  logger: PlatformLogger;
  /** Filter resolved from the module instead of the plain {@link ProblemFilter}. */
  problemFilter?: Type<ProblemFilter>;
  openApi?: OpenApiInfo;
  /** Serves /docs and /docs-json; needs `openApi`. */
  docs?: boolean;
}

export interface BootstrapOptions extends HttpOptions {
  /** Name of the service, for its first line. */
  name: string;
  host: string;
  /** 0 picks a free one. */
  port: number;
  /** Where `GET /metrics` is answered, when the module provides Metrics. */
  metrics?: MetricsPlace;
  /** How long open requests may take to finish on shutdown, and then the modules to close. */
  shutdownTimeoutMs: number;
}

export interface RunningApp {
  app: NestExpressApplication;
  url: string;
  /** Finishes open requests, then closes every module. Safe to call twice. */
  close(): Promise<void>;
}

const EXPOSED_HEADERS = [
  ...['x-request-id', 'ETag', 'Idempotency-Replayed', 'Retry-After', 'RateLimit', 'RateLimit-Policy'],
  ...['Deprecation', 'Sunset', 'Link'],
];
const ALLOWED_HEADERS = [
  'authorization',
  'content-type',
  'if-match',
  'idempotency-key',
  'last-event-id',
  'step-up-proof',
  'x-request-id',
];
/** Longer than the idle timeout of common load balancers (60 s), so that they close first. */
const KEEP_ALIVE_MS = 65_000;

/** Browsers say where they come from; the answer names that origin only when it is on the list, letter for letter. */
function allowOrigins(app: NestExpressApplication, origin: string[]): void {
  if (origin.length === 0) return;
  const allowed: CorsOptions = {
    origin,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ALLOWED_HEADERS,
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: 600,
  };
  const none: CorsOptions = { origin: false };
  app.enableCors((request: IncomingMessage, done: (error: null, options: CorsOptions) => void) =>
    done(null, request.headers.origin === undefined ? none : allowed),
  );
}

/** The metrics the module provides; a service without them is not measured. */
function metricsOf(app: NestExpressApplication): Metrics | undefined {
  try {
    return app.get(Metrics, { strict: false });
  } catch (error) {
    if (error instanceof UnknownElementException) return undefined;
    throw error;
  }
}

async function create(o: HttpOptions, drain: Drain): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(o.module, {
    bodyParser: false,
    logger: o.logger.child('nest'),
    abortOnError: false,
  });
  assertEveryRouteDeclared(app);
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', parseQuery);
  new RouteTable(listRoutes(app)).attach(app.getHttpAdapter().getInstance().locals);
  const metrics = metricsOf(app);
  if (metrics) app.use(measureRequests(metrics));
  app.use(openRequest({ logger: o.logger.child('http'), trustedProxies: o.trustedProxies, drain }));
  allowOrigins(app, o.corsOrigins);
  app.use(readRequest(o.bodyLimitBytes));
  app.useGlobalPipes(createValidationPipe());
  const filter = o.problemFilter
    ? app.get(o.problemFilter, { strict: false })
    : new ProblemFilter(o.logger.child('http'));
  app.useGlobalFilters(filter);
  if (o.docs && o.openApi) serveDocumentation(app, o.openApi);
  const server = app.getHttpServer() as Server;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  limitReceiving(server, o.receiveTimeouts ?? RECEIVE_TIMEOUTS);
  answerClientErrors(server, o.logger.child('http'));
  await app.init();
  return app;
}

/** The application with its whole pipeline, initialised but not listening. Throws for a route without declaration. */
export function createHttpApp(options: HttpOptions): Promise<NestExpressApplication> {
  return create(options, new Drain());
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** A module that cannot let go (a store that hangs) must not keep the process for ever. */
async function within(timeoutMs: number, closing: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The modules did not close in time')), timeoutMs);
  });
  await Promise.race([closing, tooLong]).finally(() => clearTimeout(timer));
}

/** Starts a service: listens, says so in one line, and closes well on SIGTERM and SIGINT. */
export async function bootstrap(options: BootstrapOptions): Promise<RunningApp> {
  const drain = new Drain();
  const app = await create(options, drain);
  await app.listen(options.port, options.host);
  const metrics = metricsOf(app);
  const door =
    metrics && options.metrics && (await openMetricsDoor(metrics, options.logger, options.metrics));
  const server = app.getHttpServer() as Server;
  const url = urlOf(server);
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= finish());
  const unguard = guardProcess(options.logger, close);
  const finish = async () => {
    await drain.close(server, options.shutdownTimeoutMs);
    await within(options.shutdownTimeoutMs, app.close());
    await door?.close();
    options.logger.info('Closed', { name: options.name });
    options.logger.flush();
    unguard();
  };
  options.logger.info(`${options.name} listens on ${url}`, { name: options.name, url });
  return { app, url, close };
}
