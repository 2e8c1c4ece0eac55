import { connect, createServer, type AddressInfo } from 'node:net';

/** ReadyForQuery, outside of a transaction. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
const FIELDS = 'SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0';

/** The server's last word on a connection that an administrator ends. */
function farewell(): Buffer {
  const head = Buffer.from([0x45, 0, 0, 0, 0]);
  head.writeInt32BE(4 + FIELDS.length, 1);
  return Buffer.concat([head, Buffer.from(FIELDS)]);
}

export interface EndingProxy {
  /** The server behind the proxy, as the given URL names it. */
  url: string;
  close(): Promise<void>;
}

/** Stands before a server and ends every connection but the first in the same breath in which it is opened. */
export async function endingProxy(serverUrl: string): Promise<EndingProxy> {
  const url = new URL(serverUrl);
  const target = { host: url.hostname, port: Number(url.port) };
  let connections = 0;
  const proxy = createServer((client) => {
    const isFirst = connections++ === 0;
    const server = connect(target);
    client.pipe(server);
    server.on('data', (bytes) => {
      const opened = !isFirst && bytes.subarray(-READY.length).equals(READY);
      client.write(opened ? Buffer.concat([bytes, farewell()]) : bytes);
      if (opened) client.end();
    });
    server.on('end', () => client.end());
    for (const socket of [client, server]) socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  url.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return {
    url: url.toString(),
    close: () => new Promise((resolve) => proxy.close(() => resolve())),
  };
}
