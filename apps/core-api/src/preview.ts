import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { loadConfig } from '@restartix/config';
import { CoreModule } from './app.module';
import { CORE_VARIABLES } from './core.config';
import { createCoreLogger } from './core.logger';

/** A configuration that points nowhere: the document is made from the routes alone, nothing is opened. */
function placeholders(): NodeJS.ProcessEnv {
  const channel = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return {
    LOG_LEVEL: 'error',
    DATABASE_URL: 'postgres://nowhere/none',
    CLERK_SECRET_KEY: 'none',
    CLERK_PUBLISHABLE_KEY: 'none',
    CLERK_WEBHOOK_SECRET: 'none',
    CLERK_ISSUER: 'https://nowhere.example',
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    BLIND_INDEX_KEY: randomBytes(32).toString('base64'),
    TELEMETRY_INTERNAL_URL: 'http://nowhere.example',
    CHANNEL_PRIVATE_KEY: channel.privateKey,
    ANALYTICS_PUBLIC_KEY: generateKeyPairSync('x25519')
      .publicKey.export({ type: 'spki', format: 'pem' })
      .toString(),
  };
}

/** core-api as its code describes it: every route and declaration, nothing opened, nothing running. */
export function createPreview(): Promise<INestApplication> {
  const config = loadConfig(CORE_VARIABLES, placeholders());
  const logger = createCoreLogger(config);
  return NestFactory.create(CoreModule.register(config, logger), { logger, preview: true });
}
