import type { Server } from 'node:http';

/** Limits of the time a client takes, in milliseconds: a slow one may not hold a connection for ever. */
export interface ReceiveTimeouts {
  /** From the first byte to the end of the headers. */
  headersMs: number;
  /** From the first byte to the end of the body. */
  requestMs: number;
}

export const RECEIVE_TIMEOUTS: ReceiveTimeouts = { headersMs: 15_000, requestMs: 60_000 };

/** Node looks for late clients every so often: what a limit can be overrun by. */
const LONGEST_LOOK_MS = 5_000;

/** Who is too slow is answered with 408 `request_timeout` and cut off. Before the server listens. */
export function limitReceiving(server: Server, { headersMs, requestMs }: ReceiveTimeouts): void {
  server.headersTimeout = headersMs;
  server.requestTimeout = requestMs;
  // An option of createServer, which Nest calls; the server reads it again when it begins to listen.
  const look = { connectionsCheckingInterval: Math.min(LONGEST_LOOK_MS, headersMs, requestMs) };
  Object.assign(server, look);
}
