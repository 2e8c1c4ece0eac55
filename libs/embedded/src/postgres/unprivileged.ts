import { spawnSync } from 'node:child_process';
import { chownSync } from 'node:fs';

/** How a program is started so that it does not run as root: PostgreSQL refuses root. */
export interface Launch {
  /** Words put before the command. */
  prefix: string[];
  uid?: number;
  gid?: number;
}

const NOBODY = 65534;

let launch: Launch | undefined;

/**
 * As an ordinary user: no change. As root: inside a user namespace where root appears as the user nobody, so that
 * files stay root's and folders need no new owner; where the system refuses namespaces, as uid 65534 itself.
 */
export function unprivileged(): Launch {
  launch ??= choose();
  return launch;
}

function choose(): Launch {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const prefix = ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`];
  const [command, ...args] = prefix;
  return spawnSync(command as string, [...args, 'true']).status === 0
    ? { prefix }
    : { prefix: [], uid: NOBODY, gid: NOBODY };
}

/** Gives a path to the user the program will run as, where that is another one. */
export function handOver(path: string): void {
  const { uid, gid } = unprivileged();
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
}
