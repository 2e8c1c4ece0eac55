import 'reflect-metadata';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { loadConfig } from '@restartix/config';
import { NestFactory } from '@nestjs/core';
import { createOpenApiDocument } from '@restartix/http';
import { CoreModule } from './app.module';
import { CORE_VARIABLES } from './core.config';
import { createCoreLogger } from './core.logger';
import { OPEN_API } from './http-options';

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

/** Prints the OpenAPI document of core-api. */
async function main(): Promise<void> {
  const config = loadConfig(CORE_VARIABLES, placeholders());
  const logger = createCoreLogger(config);
  const app = await NestFactory.create(CoreModule.register(config, logger), { logger, preview: true });
  const document = createOpenApiDocument(app, OPEN_API);
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}

void main().catch((error: Error) => {
  process.stderr.write(`${error.stack ?? error.message}\n`);
  process.exitCode = 1;
});
