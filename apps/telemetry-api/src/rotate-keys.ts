import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { NestFactory } from '@nestjs/core';
import { createLogger } from '@restartix/logging';
import { v7 as uuidv7 } from 'uuid';
import { AppModule } from './app.module';
import { AuditRecorderService } from './audit-log/audit-recorder.service';
import { KeyringService } from './integrity/keyring.service';
import { loadTelemetryConfig } from './telemetry.config';

const USAGE = `Rotates keys of the telemetry database while the service runs. No row of the record is rewritten.

  rotate-keys --root     wraps every key under TELEMETRY_ENCRYPTION_KEY; the one of before stands in
                         TELEMETRY_EARLIER_KEYS until this has said rewrapped: 0
  rotate-keys --period   a further key of this month, which seals from now on; earlier ones go on opening
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { root: { type: 'boolean', default: false }, period: { type: 'boolean', default: false } },
  });
  if (values.root === values.period) throw new Error(USAGE);
  const config = loadTelemetryConfig();
  const logger = createLogger({
    level: config.LOG_LEVEL,
    format: config.LOG_FORMAT,
    service: 'telemetry-api',
  });
  const app = await NestFactory.createApplicationContext(AppModule.register(config, logger), { logger });
  try {
    const keyring = app.get(KeyringService, { strict: false });
    const step = values.root
      ? { step: 'root key', rewrapped: await keyring.wrapAnew() }
      : { step: 'new version', version: await keyring.renewDataKey() };
    await app.get(AuditRecorderService, { strict: false }).recordOwn({
      event_id: uuidv7(),
      timestamp: new Date().toISOString(),
      organization_id: 0,
      action: 'configure',
      resource_type: 'data_key',
      resource_id: null,
      details: { description: 'Rotation of keys', ...step },
    });
    process.stdout.write(`${JSON.stringify(step)}\n`);
  } finally {
    await app.close();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
