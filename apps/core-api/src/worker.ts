import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { openMetricsDoor } from '@restartix/http';
import { Metrics } from '@restartix/logging';
import { CoreModule } from './app.module';
import { loadCoreConfig } from './core.config';
import { createCoreLogger } from './core.logger';

/** The background half of core-api without its doors: delivers the outbox and the analytics buffer. */
const config = { ...loadCoreConfig(), OUTBOX_RELAY: true };
const logger = createCoreLogger(config);

async function main(): Promise<void> {
  const app = await NestFactory.createApplicationContext(CoreModule.register(config, logger), { logger });
  app.enableShutdownHooks();
  const { METRICS_HOST: host, CORE_API_METRICS_PORT: port } = config;
  await openMetricsDoor(app.get(Metrics), logger, { host, port });
  logger.info('The worker is running');
}

main().catch((error: Error) => {
  logger.error('The worker could not start', { error });
  process.exit(1);
});
