import 'reflect-metadata';
import { bootstrap } from '@restartix/http';
import { CoreModule } from './app.module';
import { loadCoreConfig } from './core.config';
import { createCoreLogger } from './core.logger';
import { httpOptions } from './http-options';

const config = loadCoreConfig();
const logger = createCoreLogger(config);

bootstrap({ module: CoreModule.register(config, logger), ...httpOptions(config, logger) }).catch(
  (error: Error) => {
    logger.error('core-api could not start', { error });
    process.exit(1);
  },
);
