import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A stretch of network on loopback whose every piece of data can be made to wait. */
export class SlowChannel {
  /** How long each piece waits, in either direction; 0 is a network in order. */
  delayMs = 0;
  private readonly sockets = new Set<Socket>();
  private server?: Server;

  /** Listens before a port; answers the URL that leads through here. */
  async before(port: number): Promise<string> {
    this.server = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      void this.carry(near, far);
      void this.carry(far, near);
    });
    await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server?.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private async carry(from: Socket, to: Socket): Promise<void> {
    this.sockets.add(from);
    from.on('close', () => this.sockets.delete(from));
    try {
      for await (const piece of from) {
        if (this.delayMs > 0) await sleep(this.delayMs);
        if (!to.writable) break;
        to.write(piece as Buffer);
      }
      to.end();
    } catch {
      to.destroy();
    }
  }
}
