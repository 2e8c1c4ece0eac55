import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { Injectable, Module } from '@nestjs/common';
import { captureLogger, hooks, SampleModule, sampleOptions } from '../../test/sample-app';
import { bootstrap, type BootstrapOptions, type RunningApp } from './bootstrap';

const start = (shutdownTimeoutMs: number, options: Partial<BootstrapOptions> = {}): Promise<RunningApp> =>
  bootstrap({
    ...sampleOptions(captureLogger().logger),
    name: 'sample',
    host: '127.0.0.1',
    port: 0,
    shutdownTimeoutMs,
    ...options,
  });

/** Makes the next slow request stay open until it is let go; `reached` resolves once its handler runs. */
function holdOpen() {
  let letGo = () => {};
  const reached = new Promise<void>((resolve) => {
    hooks.whileOpen = () => {
      resolve();
      return new Promise((finish) => (letGo = finish));
    };
  });
  return { reached, letGo: () => letGo() };
}

function openOne(url: string) {
  const open = holdOpen();
  const answer = fetch(`${url}/v1/things/open`, { method: 'POST' });
  answer.catch(() => undefined);
  return { answer, ...open };
}

@Injectable()
class Clinging {
  onModuleDestroy(): Promise<void> {
    return new Promise(() => undefined);
  }
}

@Module({ imports: [SampleModule], providers: [Clinging] })
class ClingingModule {}

describe('shutdown', () => {
  it('finishes an open request, takes no new connection, and then is gone', async () => {
    const running = await start(10_000);
    const open = openOne(running.url);
    await open.reached;
    const closing = running.close();
    await expect(fetch(`${running.url}/health/live`)).rejects.toThrow();
    open.letGo();
    expect(await (await open.answer).json()).toEqual({ data: 'finished' });
    await closing;
    expect(running.close()).toBe(running.close());
  });

  it('refuses what comes after on a connection that is still busy, and closes it', async () => {
    const running = await start(10_000);
    const server = running.app.getHttpServer() as Server;
    const open = holdOpen();
    const { hostname, port } = new URL(running.url);
    const socket = connect(Number(port), hostname);
    let answers = '';
    socket.setEncoding('utf8').on('data', (text: string) => (answers += text));
    const ended = once(socket, 'close');
    socket.write('POST /v1/things/open HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n');
    await open.reached;
    const closing = running.close();
    const second = once(server, 'request');
    socket.write('GET /v1/things HTTP/1.1\r\nHost: x\r\n\r\n');
    await second;
    open.letGo();
    await ended;
    await closing;
    expect(answers).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*finished[\s\S]*HTTP\/1\.1 503 [\s\S]*shutting_down/);
    expect(answers).toContain('Connection: close');
  });

  it('cuts what is still open after the timeout', async () => {
    const running = await start(50);
    const open = openOne(running.url);
    await open.reached;
    await running.close();
    await expect(open.answer).rejects.toThrow();
    open.letGo();
  });

  it('does not wait for ever for a module that cannot let go', async () => {
    const running = await start(50, { module: ClingingModule });
    await expect(running.close()).rejects.toThrow('did not close in time');
  });
});
