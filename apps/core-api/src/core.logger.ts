import { createLogger, type PlatformLogger } from '@restartix/logging';
import type { CoreConfig } from './core.config';

export const createCoreLogger = (config: Pick<CoreConfig, 'LOG_LEVEL' | 'LOG_FORMAT'>): PlatformLogger =>
  createLogger({ level: config.LOG_LEVEL, format: config.LOG_FORMAT, service: 'core-api' });
