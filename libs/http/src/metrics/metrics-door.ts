import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics, PlatformLogger } from '@restartix/logging';

/** Where metrics are read. */
export interface MetricsPlace {
  host: string;
  /** 0 picks a free one; absent: no door. */
  port: number | undefined;
}

/** An open door; `close` ends open readings. */
export interface MetricsDoor {
  url: string;
  close(): Promise<void>;
}

const listening = (server: Server, { port, host }: MetricsPlace): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => resolve(server.address() as AddressInfo));
  });

/**
 * Opens `GET /metrics` on a port of its own, so that no public route and no proxy rule can show it. Answers undefined
 * without a port. Throws when the port is taken.
 */
export async function openMetricsDoor(
  metrics: Metrics,
  logger: PlatformLogger,
  place: MetricsPlace,
): Promise<MetricsDoor | undefined> {
  if (place.port === undefined) return undefined;
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    metrics.text().then(
      (text) => response.writeHead(200, { 'Content-Type': metrics.contentType }).end(text),
      (error: unknown) => {
        logger.error('The metrics could not be read', { error });
        response.writeHead(500).end();
      },
    );
  });
  const { port, family, address } = await listening(server, place);
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/metrics`;
  logger.info(`Metrics are on ${url}`, { url });
  return {
    url,
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}
