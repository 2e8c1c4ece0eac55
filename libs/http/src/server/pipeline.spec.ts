import type { NestExpressApplication } from '@nestjs/platform-express';
import { startSample } from '../../test/sample-app';

let app: NestExpressApplication;
let url: string;
let lines: string[];

beforeAll(async () => {
  ({ app, url, lines } = await startSample());
});
afterAll(() => app.close());

interface Echo {
  data: { requestId: string; clientAddress: string; userAgent: string; query: unknown };
}
const get = (path: string, headers: Record<string, string> = {}) => fetch(url + path, { headers });
const echo = async (headers: Record<string, string> = {}) =>
  (await (await get('/v1/things', headers)).json()) as Echo;
const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The access line is written when the answer is out, which the client may see a moment earlier. */
async function accessLine(requestId: string): Promise<Record<string, unknown>> {
  for (;;) {
    const line = lines.find((text) => text.includes(requestId) && text.includes('"message":"request"'));
    if (line) return JSON.parse(line) as Record<string, unknown>;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('request id', () => {
  it('keeps a well-formed one, in the context, the answer and the log', async () => {
    const response = await get('/v1/things?page=3', { 'x-request-id': 'mobile.42_a-b' });
    expect(response.headers.get('x-request-id')).toBe('mobile.42_a-b');
    expect(((await response.json()) as Echo).data.requestId).toBe('mobile.42_a-b');
    expect(await accessLine('mobile.42_a-b')).toMatchObject({
      method: 'GET',
      route: '/v1/things',
      status: 200,
      ms: expect.any(Number),
      request_id: 'mobile.42_a-b',
    });
  });

  it.each([
    '',
    'a b',
    'x'.repeat(65),
    'a/b',
    'naïve',
    '203.0.113.9',
    '0721234567',
    'eyJhbGciOi.eyJzdWIiOi.c2ln',
  ])('replaces "%s" by a UUIDv7', async (given) => {
    const response = await get('/v1/things', { 'x-request-id': given });
    expect(response.headers.get('x-request-id')).toMatch(uuidV7);
  });

  it('is also on refusals, and survives the reading of a body', async () => {
    const missing = await get('/v1/nothing', { 'x-request-id': 'missing-1' });
    expect(missing.headers.get('x-request-id')).toBe('missing-1');
    const posted = await fetch(`${url}/v1/things`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'posted-1' },
      body: '{"name":"x"}',
    });
    expect(await posted.json()).toMatchObject({ data: { requestId: 'posted-1' } });
  });
});

describe('access line', () => {
  it('shows the template of the route, and neither ids nor query', async () => {
    await get('/v1/things/0192f3a1-1234-7123-8123-123456789012?x=planted', { 'x-request-id': 'line-1' });
    const line = await accessLine('line-1');
    expect(line).toMatchObject({ route: '/v1/things/:id', status: 200 });
    expect(JSON.stringify(line)).not.toMatch(/planted|0192f3a1/);
  });

  it('names the route of a request refused before routing, and none for an unknown path', async () => {
    await get('/v1/things?page=%zz', { 'x-request-id': 'line-2' });
    expect(await accessLine('line-2')).toMatchObject({ route: '/v1/things', status: 400 });
    await get('/v1/maria@example.org', { 'x-request-id': 'line-3' });
    expect(await accessLine('line-3')).toMatchObject({ route: 'unknown', status: 404 });
  });

  it('is JSON on every line and holds nothing that was planted in a request', async () => {
    const planted = {
      path: '/v1/maria@example.org',
      token: 'eyJhbGciOi.eyJzdWIiOi.c2ln',
      address: '203.0.113.9',
    };
    await get(`${planted.path}?phone=0721234567`, {
      authorization: `Bearer ${planted.token}`,
      'x-forwarded-for': planted.address,
      'user-agent': planted.path,
      'x-request-id': 'planted-1',
    });
    await accessLine('planted-1');
    for (const line of lines) {
      expect(JSON.parse(line)).toMatchObject({ time: expect.any(String), service: 'sample' });
      expect(line).not.toMatch(/maria@|eyJhbGci|203\.0\.113|0721234567/);
    }
  });
});

describe('errors', () => {
  it('gives away nothing of an unknown error and logs it redacted, under the same request id', async () => {
    const response = await get('/v1/things/broken', { 'x-request-id': 'broken-1' });
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({ code: 'internal_error', request_id: 'broken-1' });
    expect(text).not.toMatch(/Maria|maria|saved/);
    const line = lines.find((entry) => entry.includes('broken-1') && entry.includes('"level":"error"'))!;
    expect(JSON.parse(line)).toMatchObject({
      route: '/v1/things/broken',
      error: { stack: expect.any(String) },
    });
    expect(line).not.toContain('maria@example.org');
  });

  it('carries the headers of the error', async () => {
    expect((await get('/v1/things/limited')).headers.get('retry-after')).toBe('7');
    const closed = await get('/v1/things/closed');
    expect(closed.status).toBe(401);
    expect(closed.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('cuts an answer that fails halfway, so that it does not look whole', async () => {
    await expect(get('/v1/things/half').then((response) => response.text())).rejects.toThrow();
  });
});

describe('client address', () => {
  it('is the one of the connection when no proxy is trusted', async () => {
    expect((await echo({ 'x-forwarded-for': '203.0.113.9' })).data.clientAddress).toBe('127.0.0.1');
  });

  it.each([
    ['the nearest hop that is no proxy', '198.51.100.1, 203.0.113.9, 10.1.2.3', '203.0.113.9'],
    ['the canonical form of an IPv6 address', '2001:DB8:0:0::1', '2001:db8::1'],
    ['the IPv4 inside an IPv6 form', '::ffff:203.0.113.9', '203.0.113.9'],
    ['the last proxy when the list is broken', '203.0.113.9, unknown', '127.0.0.1'],
    ['the farthest proxy when all are proxies', '10.1.2.3', '10.1.2.3'],
  ])('behind trusted proxies is %s', async (_, forwarded, expected) => {
    const behind = await startSample({ trustedProxies: ['127.0.0.1', '10.0.0.0/8'] });
    try {
      const response = await fetch(`${behind.url}/v1/things`, { headers: { 'x-forwarded-for': forwarded } });
      expect(((await response.json()) as Echo).data.clientAddress).toBe(expected);
    } finally {
      await behind.app.close();
    }
  });

  it('refuses to start with a proxy that is no address', async () => {
    await expect(startSample({ trustedProxies: ['proxy.internal'] })).rejects.toThrow(
      /TRUSTED_PROXIES.*proxy/,
    );
    await expect(startSample({ trustedProxies: ['10.0.0.0/33'] })).rejects.toThrow(/TRUSTED_PROXIES/);
  });

  it('comes with the user agent as short plain text', async () => {
    expect((await echo({ 'user-agent': 'App/1 \xe9\t' + 'x'.repeat(600) })).data.userAgent).toMatch(
      /^App\/1 \?\?x{504}$/,
    );
  });
});

describe('headers', () => {
  it('forbid everything a browser could do with an answer', async () => {
    const headers = Object.fromEntries((await get('/v1/things')).headers);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none';frame-ancestors 'none';base-uri 'none';form-action 'none'",
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': 'no-referrer',
    });
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('etag');
  });

  it('let exactly the listed origins in', async () => {
    const known = await get('/v1/things', { origin: 'https://app.example.org' });
    expect(known.headers.get('access-control-allow-origin')).toBe('https://app.example.org');
    for (const origin of ['https://app.example.org.evil.org', 'http://app.example.org', 'null']) {
      expect((await get('/v1/things', { origin })).headers.get('access-control-allow-origin')).toBeNull();
    }
    const refusal = await get('/v1/nothing', { origin: 'https://app.example.org' });
    expect(refusal.headers.get('access-control-allow-origin')).toBe('https://app.example.org');
  });

  it('answer the preflight of a listed origin and no other', async () => {
    const preflight = (origin: string) =>
      fetch(`${url}/v1/things`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      });
    const known = await preflight('https://app.example.org');
    expect(known.status).toBe(204);
    expect(known.headers.get('access-control-allow-origin')).toBe('https://app.example.org');
    expect(known.headers.get('access-control-allow-headers')).toContain('if-match');
    const foreign = await preflight('https://evil.example.org');
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('say of an old version since when, until when and what comes instead, while the new one answers beside it', async () => {
    const old = await get('/v1/things/old');
    expect(old.status).toBe(200);
    expect(old.headers.get('deprecation')).toBe('@0');
    expect(old.headers.get('sunset')).toBe('Tue, 01 Jan 2030 00:00:00 GMT');
    expect(old.headers.get('link')).toBe('</v2/things>; rel="successor-version"');
    expect(await (await get('/v2/things')).json()).toEqual({ data: 'new' });
  });
});
