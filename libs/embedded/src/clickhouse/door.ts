import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Answer, Engine } from './engine';
import { ClickhouseFailure, statusOf } from './failure';
import { authenticate, readWork, type Credentials } from './request';

const compress = promisify(gzip);

/** The HTTP interface of a ClickHouse server in front of the engine. */
export function createDoor(engine: Engine, credentials: Credentials): Server {
  return createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === '/ping' || (request.method === 'GET' && url.pathname === '/' && !url.search)) {
      response.end('Ok.\n');
    } else if (url.pathname !== '/') {
      response.writeHead(404).end(`There is no handle ${url.pathname}\n`);
    } else {
      void serve(engine, credentials, url, request, response);
    }
  });
}

async function serve(
  engine: Engine,
  credentials: Credentials,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const mark = randomUUID();
  response.setHeader('x-clickhouse-server-display-name', 'embedded');
  response.setHeader('x-clickhouse-query-id', url.searchParams.get('query_id') ?? mark);
  response.setHeader('x-clickhouse-timezone', 'UTC');
  // A client that hangs up no longer wants its answer: the query must not go on for nobody.
  response.once('close', () => {
    if (!response.writableFinished) void engine.kill(mark).catch(() => undefined);
  });
  try {
    authenticate(request, url, credentials);
    const work = await readWork(request, url, mark);
    const answer = await engine.run(work);
    response.setHeader('x-clickhouse-format', work.format);
    await send(request, response, url, answer);
  } catch (error) {
    refuse(request, response, error);
  }
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  answer: Answer,
): Promise<void> {
  response.setHeader('x-clickhouse-summary', JSON.stringify(answer.summary));
  response.setHeader('content-type', 'text/plain; charset=UTF-8');
  const wanted = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  if (!wanted || url.searchParams.get('enable_http_compression') !== '1') {
    response.end(answer.body);
    return;
  }
  response.setHeader('content-encoding', 'gzip');
  response.end(await compress(answer.body, { level: 1 }));
}

function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const failure =
    error instanceof ClickhouseFailure
      ? error
      : new ClickhouseFailure(
          1002,
          'UNKNOWN_EXCEPTION',
          error instanceof Error ? error.message : String(error),
        );
  request.resume();
  response.setHeader('x-clickhouse-exception-code', failure.code);
  response.setHeader('content-type', 'text/plain; charset=UTF-8');
  response.writeHead(statusOf(failure.code)).end(`${failure.message} (version 26.7.2.1 (embedded))\n`);
}
