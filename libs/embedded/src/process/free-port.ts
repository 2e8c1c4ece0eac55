import { setTimeout as sleep } from 'node:timers/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

const close = (server: Server) => new Promise<void>((resolve) => void server.close(() => resolve()));

/** So many different loopback ports that nobody listens on now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0)));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(close));
  return ports;
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
export async function isFree(port: number): Promise<boolean> {
  try {
    await close(await listen(port));
    return true;
  } catch {
    return false;
  }
}
