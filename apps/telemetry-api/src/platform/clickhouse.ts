import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';

const REQUEST_TIMEOUT_MS = 30_000;

/** `clickhouse://` as the HTTP address it stands for; TLS by `?secure=true` or the TLS port. Others stay. */
export function clickHouseHttpUrl(given: string): string {
  const match = /^clickhouse:\/\/(.*)$/.exec(given);
  if (!match) return given;
  const url = new URL(`http://${match[1]}`);
  const secure = url.searchParams.get('secure') === 'true' || url.port === '8443';
  url.searchParams.delete('secure');
  return secure ? url.href.replace(/^http:/, 'https:') : url.href;
}

/** Database named by the path of the URL; "default" without one. */
export function clickHouseDatabase(given: string): string {
  return decodeURIComponent(new URL(clickHouseHttpUrl(given)).pathname.slice(1)) || 'default';
}

/** A client over kept connections. It connects when it is first used; a server that is down stops nobody's start. */
export function createClickHouse(given: string, database = clickHouseDatabase(given)): ClickHouseClient {
  const url = new URL(clickHouseHttpUrl(given));
  url.pathname = '';
  return createClient({
    url,
    database,
    application: 'telemetry-api',
    request_timeout: REQUEST_TIMEOUT_MS,
    max_open_connections: 10,
    log: { level: ClickHouseLogLevel.OFF }, // failures are thrown, and logged by who catches them
  });
}
