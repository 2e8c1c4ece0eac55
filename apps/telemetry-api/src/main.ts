import { bootstrap } from '@restartix/http';
import { createLogger } from '@restartix/logging';
import { AppModule } from './app.module';
import { loadTelemetryConfig } from './telemetry.config';

/** 500 audit events with large details stay below; a larger batch is answered 413 and sent again in halves. */
const BODY_LIMIT_BYTES = 16 * 1024 * 1024;

async function main(): Promise<void> {
  const config = loadTelemetryConfig();
  const logger = createLogger({
    level: config.LOG_LEVEL,
    format: config.LOG_FORMAT,
    service: 'telemetry-api',
  });
  await bootstrap({
    module: AppModule.register(config, logger),
    name: 'telemetry-api',
    host: config.TELEMETRY_HOST,
    port: config.TELEMETRY_PORT,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    trustedProxies: [],
    corsOrigins: [],
    metrics: { host: config.METRICS_HOST, port: config.TELEMETRY_METRICS_PORT },
    shutdownTimeoutMs: config.SHUTDOWN_TIMEOUT_MS,
    logger,
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
