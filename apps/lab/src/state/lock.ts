import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { isAlive, markOf, type ProcessMark } from '@restartix/embedded';

/** Another lab works in the same folder. */
export class AlreadyRunningError extends Error {
  constructor(readonly pid: number) {
    super(`The lab already runs here (process ${pid}); stop it with Ctrl-C in its terminal, or: kill ${pid}`);
    this.name = 'AlreadyRunningError';
  }
}

/**
 * Takes the lock file for this process. A lock of a process that no longer lives is taken over. Throws
 * {@link AlreadyRunningError}.
 */
export function takeLock(path: string): void {
  const own = JSON.stringify(markOf(process.pid));
  for (;;) {
    try {
      const file = openSync(path, 'wx', 0o600);
      writeSync(file, own);
      closeSync(file);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = holderOf(path);
    if (holder) throw new AlreadyRunningError(holder.pid);
    rmSync(path, { force: true });
  }
}

/** The living process that holds the lock. */
function holderOf(path: string): ProcessMark | undefined {
  try {
    const mark = JSON.parse(readFileSync(path, 'utf8')) as ProcessMark;
    return isAlive(mark) ? mark : undefined;
  } catch {
    return undefined;
  }
}
