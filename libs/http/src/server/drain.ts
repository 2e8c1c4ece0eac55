import type { Server } from 'node:http';

const LOOK_EVERY_MS = 25;

/** Lets open requests finish before a server goes away. */
export class Drain {
  #isDraining = false;

  /** Whether the server has begun to go away: new requests are refused. */
  get isDraining(): boolean {
    return this.#isDraining;
  }

  /**
   * Stops accepting connections and resolves when every open request is answered, or after the timeout, when what is
   * still open is cut.
   */
  async close(server: Server, timeoutMs: number): Promise<void> {
    this.#isDraining = true;
    if (!server.listening) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const sweep = setInterval(() => server.closeIdleConnections(), LOOK_EVERY_MS);
    const cut = setTimeout(() => server.closeAllConnections(), timeoutMs);
    await closed;
    clearInterval(sweep);
    clearTimeout(cut);
  }
}
