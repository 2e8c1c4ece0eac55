import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Listens on loopback, on a free port unless told which; answers the URL. */
export async function listenOnLoopback(server: Server, port = 0): Promise<string> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return urlOf(server);
}

/** The URL of a server that listens on loopback. */
export const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** Ends every connection and resolves when the server is closed; nothing for one that was never started. */
export async function closeServer(server: Server | undefined): Promise<void> {
  if (!server) return;
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
