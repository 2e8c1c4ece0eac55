import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { NestFactory } from '@nestjs/core';
import { createContext, runInContext } from '@restartix/context';
import { v7 as uuidv7 } from 'uuid';
import { CoreModule } from './app.module';
import { loadCoreConfig } from './core.config';
import { createCoreLogger } from './core.logger';
import { KeyRotationService } from './operations/key-rotation/key-rotation.service';

const USAGE = `Rotates keys of the main database while the services run. Prints a line of JSON for each organization.

  rotate-keys --root                 wraps every organization's keys under ENCRYPTION_KEY; the one of before stands in
                                     ENCRYPTION_EARLIER_KEYS until this has said rewrapped: 0
  rotate-keys --organizations        a new key for every organization, and everything sealed moved under it
  rotate-keys --organization N       the same for one; 0 is the platform
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      root: { type: 'boolean', default: false },
      organizations: { type: 'boolean', default: false },
      organization: { type: 'string' },
    },
  });
  const only = values.organization === undefined ? undefined : Number(values.organization);
  const isOne = only !== undefined && Number.isSafeInteger(only) && only >= 0;
  if (Number(values.root) + Number(values.organizations) + Number(isOne) !== 1) throw new Error(USAGE);
  const config = { ...loadCoreConfig(), OUTBOX_RELAY: false };
  const logger = createCoreLogger(config);
  const app = await NestFactory.createApplicationContext(CoreModule.register(config, logger), { logger });
  try {
    const rotation = app.get(KeyRotationService, { strict: false });
    const reports = await runInContext(createContext({ requestId: uuidv7() }), () =>
      values.root ? rotation.wrapAnew() : rotation.rotate(0, only),
    );
    for (const report of reports) process.stdout.write(`${JSON.stringify(report)}\n`);
  } finally {
    await app.close();
  }
}

void main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
