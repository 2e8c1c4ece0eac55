import { AuditedProblemFilter } from '@restartix/audit';
import type { BootstrapOptions } from '@restartix/http';
import type { PlatformLogger } from '@restartix/logging';
import type { CoreConfig } from './core.config';

/** Head of the OpenAPI document. */
export const OPEN_API = {
  title: 'RestartiX core-api',
  description:
    'The public API of telehealth and rehabilitation clinics. Times are UTC, RFC 3339. Errors are RFC 9457 problem documents.',
  version: '1',
};

/** How core-api is served. */
export const httpOptions = (
  config: CoreConfig,
  logger: PlatformLogger,
): Omit<BootstrapOptions, 'module'> => ({
  name: 'core-api',
  host: config.CORE_API_HOST,
  port: config.CORE_API_PORT,
  bodyLimitBytes: config.BODY_LIMIT_BYTES,
  receiveTimeouts: { headersMs: config.REQUEST_HEADERS_TIMEOUT_MS, requestMs: config.REQUEST_TIMEOUT_MS },
  trustedProxies: config.TRUSTED_PROXIES,
  corsOrigins: config.CORS_ORIGIN,
  metrics: { host: config.METRICS_HOST, port: config.CORE_API_METRICS_PORT },
  shutdownTimeoutMs: config.SHUTDOWN_TIMEOUT_MS,
  logger,
  problemFilter: AuditedProblemFilter,
  docs: true,
  openApi: OPEN_API,
});
