import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { CoreModule } from './app.module';
import { loadCoreConfig } from './core.config';
import { createCoreLogger } from './core.logger';

/** The background half of core-api without its doors: delivers the outbox and the analytics buffer. */
const config = { ...loadCoreConfig(), OUTBOX_RELAY: true };
const logger = createCoreLogger(config);

NestFactory.createApplicationContext(CoreModule.register(config, logger), { logger })
  .then((app) => app.enableShutdownHooks())
  .then(() => logger.info('The worker is running'))
  .catch((error: Error) => {
    logger.error('The worker could not start', { error });
    process.exit(1);
  });
