import { setTimeout as sleep } from 'node:timers/promises';
import { HttpConnection } from './http-connection';
import { quantile } from '../statistics';

/** One block of load. */
export interface LoadOrder {
  port: number;
  /** Heads and bodies as they go over the wire, sent in turn; `@ID@` becomes the id of the request. */
  requests: string[];
  /** Put before the number of a request to make its id. */
  idPrefix: string;
  connections: number;
  seconds: number;
  /** Requests per second; as many as the server takes when absent. */
  rate?: number;
}

export interface LoadReport {
  /** Requests sent; each was answered. */
  sent: number;
  /** How many answers had each status; 0 stands for a connection that broke. */
  statuses: Record<number, number>;
  perSecond: number;
  /** Milliseconds from when a request was due until its answer was complete, of each, and what they come to. */
  times: number[];
  p50: number;
  p95: number;
  p99: number;
}

const TICK_MS = 1;

/** Sends requests for some seconds and waits for the last answer. */
async function load(order: LoadOrder): Promise<LoadReport> {
  const connections = await Promise.all(
    Array.from({ length: order.connections }, () => HttpConnection.open(order.port)),
  );
  const times: number[] = [];
  const statuses: Record<number, number> = {};
  let sent = 0;
  const send = async (connection: HttpConnection, due: number) => {
    const template = order.requests[sent % order.requests.length] as string;
    const status = await connection.send(template.replace('@ID@', `${order.idPrefix}-${sent++}`));
    times.push(performance.now() - due);
    statuses[status] = (statuses[status] ?? 0) + 1;
  };
  const start = performance.now();
  const end = start + order.seconds * 1000;
  if (order.rate === undefined) await Promise.all(connections.map((one) => incessantly(one, end, send)));
  else await atRate(order.rate, connections, end, send);
  const seconds = (performance.now() - start) / 1000;
  for (const connection of connections) connection.close();
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantile(times, share)) as [
    number,
    number,
    number,
  ];
  return { sent, statuses, perSecond: sent / seconds, times, p50, p95, p99 };
}

type Send = (connection: HttpConnection, due: number) => Promise<void>;

async function incessantly(connection: HttpConnection, end: number, send: Send): Promise<void> {
  while (performance.now() < end && connection.isOpen) await send(connection, performance.now());
}

/** At even distances, whatever the server does: one that is late pays for what waited. */
async function atRate(rate: number, idle: HttpConnection[], end: number, send: Send): Promise<void> {
  const distance = 1000 / rate;
  const open: Promise<void>[] = [];
  let due = performance.now() + distance;
  while (due < end) {
    for (; due <= performance.now() && idle.length > 0; due += distance) {
      const connection = idle.pop() as HttpConnection;
      open.push(send(connection, due).then(() => void idle.push(connection)));
    }
    await sleep(TICK_MS);
  }
  await Promise.all(open);
}

process.on('message', (order: LoadOrder) => {
  load(order).then(
    (report) => process.send?.(report),
    (error: Error) => {
      process.stderr.write(`${error.message}\n`);
      process.exit(1);
    },
  );
});
