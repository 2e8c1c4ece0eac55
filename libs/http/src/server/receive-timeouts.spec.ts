import { connect } from 'node:net';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { bodyOf } from '../../test/raw';
import { startSample, ThingsController } from '../../test/sample-app';

const HEADERS_MS = 400;
const REQUEST_MS = 1_200;

describe('a slow client', () => {
  let app: NestExpressApplication;
  let url: string;
  let lines: string[];

  beforeAll(async () => {
    const receiveTimeouts = { headersMs: HEADERS_MS, requestMs: REQUEST_MS };
    ({ app, url, lines } = await startSample({ receiveTimeouts }));
  });
  afterAll(() => app.close());

  /** Sends the beginning, then a letter at a time, as long as it is let. */
  function trickle(beginning: string): Promise<string> {
    const { hostname, port } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => socket.write(beginning));
      const letters = setInterval(() => socket.writable && socket.write('a'), 100);
      let answer = '';
      socket.setEncoding('utf8');
      socket.on('data', (text: string) => (answer += text));
      socket.on('error', reject);
      socket.on('close', () => {
        clearInterval(letters);
        resolve(answer);
      });
    });
  }

  it('with its headers is told so and cut off', async () => {
    const answer = await trickle('GET /v1/things HTTP/1.1\r\nHost: x\r\nx-slow: ');
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(answer).toMatch(/\r\nConnection: close\r\n/);
    expect(bodyOf(answer)).toMatchObject({ status: 408, code: 'request_timeout' });
    expect(lines.some((line) => line.includes('"status":408'))).toBe(true);
  });

  it('with its body is told so and cut off, and no handler is reached', async () => {
    const before = ThingsController.calls;
    const head =
      'POST /v1/things HTTP/1.1\r\nHost: x\r\ncontent-type: application/json\r\ncontent-length: 9000\r\n\r\n';
    const answer = await trickle(`${head}{"name":"`);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(bodyOf(answer)).toMatchObject({ status: 408, code: 'request_timeout' });
    expect(ThingsController.calls).toBe(before);
  });

  it('who is in time is served as ever', async () => {
    const answer = await fetch(`${url}/v1/things`);
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
  });
});
