import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { MissingPrerequisiteError, workspaceRoot } from '@restartix/embedded';
import { Lab } from './lab';
import { AlreadyRunningError } from './state/lock';
import { summary } from './terminal/summary';

/** The one command: starts the lab, says what runs where, ends it on Ctrl-C or SIGTERM. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      fresh: { type: 'boolean', default: false },
      dir: { type: 'string', default: join(workspaceRoot(), '.lab') },
      patients: { type: 'string' },
    },
  });
  const dir = resolve(values.dir);
  const patients = values.patients === undefined ? undefined : Number(values.patients);
  const lab = new Lab({ dir, fresh: values.fresh, patients });
  let asked = false;
  const end = () => {
    if (asked) return; // npm passes on the signal that the terminal has already sent
    asked = true;
    process.stdout.write('\nStopping …\n');
    lab.stop().then(
      () => {
        process.stdout.write('Stopped. The data stays for the next start.\n');
        process.exit(0);
      },
      (error: unknown) => fail(error, dir),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  try {
    process.stdout.write(summary(await lab.start(), dir));
  } catch (error) {
    if (!asked) fail(error, dir);
  }
}

function fail(error: unknown, dir: string): never {
  const plain = error instanceof AlreadyRunningError || error instanceof MissingPrerequisiteError;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(plain ? `${message}\n` : `The lab could not start: ${message}\nLogs: ${dir}\n`);
  process.exit(1);
}

main().catch((error: unknown) => fail(error, '.lab'));
