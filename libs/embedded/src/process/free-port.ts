import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Below the ports the system gives to outgoing connections: a port there could be taken by a client while its server
 * is being restarted, even by a client that connects to itself.
 */
const FIRST = 20_000;
const LAST = 31_999;

/** So many different loopback ports that nobody listens on now. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = randomInt(FIRST, LAST + 1);
    if (await isFree(port)) found.add(port);
  }
  return [...found];
}

/**
 * The port asked for, once it can be listened on, or a free one when none is asked for. A port still held after five
 * seconds is somebody else's: throws.
 */
export async function claimPort(port?: number): Promise<number> {
  if (port === undefined) return (await freePorts(1))[0] as number;
  for (const deadline = Date.now() + 5000; Date.now() < deadline; await sleep(50)) {
    if (await isFree(port)) return port;
  }
  throw new Error(`Port ${port} is taken by another program.`);
}

/** Whether a loopback port can be listened on now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => void server.close(() => resolve(true)));
  });
}
