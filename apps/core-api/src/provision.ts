import 'reflect-metadata';
import { text } from 'node:stream/consumers';
import { NestFactory } from '@nestjs/core';
import { createContext, runInContext } from '@restartix/context';
import { v7 as uuidv7 } from 'uuid';
import { CoreModule } from './app.module';
import { loadCoreConfig } from './core.config';
import { createCoreLogger } from './core.logger';
import { ProvisioningService } from './organizations/provisioning/provisioning.service';
import type { ProvisioningPlan } from './organizations/provisioning/provisioning.types';

/** For the operator: carries out the provisioning plan (JSON) on standard input and prints what exists afterwards. */
async function main(): Promise<void> {
  const plan = JSON.parse(await text(process.stdin)) as ProvisioningPlan;
  const config = { ...loadCoreConfig(), OUTBOX_RELAY: false };
  const logger = createCoreLogger(config);
  const app = await NestFactory.createApplicationContext(CoreModule.register(config, logger), { logger });
  try {
    const report = await runInContext(createContext({ requestId: uuidv7() }), () =>
      app.get(ProvisioningService).carryOut(plan),
    );
    process.stdout.write(`${JSON.stringify(report)}\n`);
  } finally {
    await app.close();
  }
}

void main().catch((error: Error) => {
  process.stderr.write(`Provisioning failed: ${error.stack ?? error.message}\n`);
  process.exitCode = 1;
});
