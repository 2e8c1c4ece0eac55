export { declareAccess, readAccess, type AccessDeclaration } from './routes/access';
export { RATE_CLASSES, RateLimited, rateClassOf, type RateClass } from './routes/rate-class';
export { assertEveryRouteDeclared, listRoutes, routeOf, type Route } from './routes/route-table';
export { ProblemFilter } from './errors/problem.filter';
export { toDomainError } from './errors/to-domain-error';
export { AcceptsBinary, BINARY_MEDIA_TYPE, isBinary } from './intake/binary-body';
export { ParseId, ParseUuid } from './intake/parse-id.pipes';
export type { RequestWithBody } from './intake/read-request';
export { createValidationPipe, judge } from './intake/validation';
export { HealthModule } from './health/health.module';
export { HealthRegistry, type HealthIndicator } from './health/health.registry';
export { openMetricsDoor, type MetricsDoor, type MetricsPlace } from './metrics/metrics-door';
export { ApiCursorList, ApiData, ApiDataArray, ApiList, ApiProblems, Deprecated } from './openapi/decorators';
export { createOpenApiDocument, type OpenApiInfo } from './openapi/document';
export {
  bootstrap,
  createHttpApp,
  type BootstrapOptions,
  type HttpOptions,
  type RunningApp,
} from './server/bootstrap';
