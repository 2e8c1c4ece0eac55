import { gzipSync } from 'node:zlib';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { bodyOf, sendRaw } from '../../test/raw';
import { startSample, ThingsController } from '../../test/sample-app';

let app: NestExpressApplication;
let url: string;

beforeAll(async () => {
  ({ app, url } = await startSample());
});
afterAll(() => app.close());

interface Sent {
  path?: string;
  method?: string;
  body?: string | Buffer;
  headers?: Record<string, string>;
}

async function send({ path = '/v1/things', method = 'POST', body, headers = {} }: Sent) {
  const response = await fetch(url + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: method === 'GET' ? undefined : (body as RequestInit['body']),
  });
  const problem = (await response.json()) as Record<string, unknown>;
  return { response, problem };
}

type Case = [name: string, sent: Sent, status: number, code: string, errors?: unknown];
const field = (name: string, reason: unknown = expect.any(String)) => [{ field: name, reason }];

const nested = (depth: number, open: string, close: string) => `${open.repeat(depth)}1${close.repeat(depth)}`;

const CASES: Case[] = [
  ['malformed JSON', { body: '{"name":' }, 400, 'malformed_json'],
  ['bytes that are no UTF-8', { body: Buffer.from('{"name":"\xff"}', 'latin1') }, 400, 'malformed_json'],
  ['a NUL character', { body: '{"name":"a\\u0000b"}' }, 400, 'validation_error', field('name')],
  [
    'objects nested deeper than 32',
    { body: nested(34, '{"a":', '}') },
    400,
    'validation_error',
    [{ field: expect.stringMatching(/^a(\.a)+$/), reason: 'is nested too deeply' }],
  ],
  ['lists nested beyond any stack', { body: `{"a":${nested(4_900, '[', ']')}}` }, 400, 'validation_error'],
  ['half a surrogate pair', { body: '{"name":"\\ud800"}' }, 400, 'validation_error', field('name')],
  [
    'a nested half pair',
    { body: '{"name":"x","parts":[{"a":"\\udc00"}]}' },
    400,
    'validation_error',
    field('parts[0].a'),
  ],
  [
    '__proto__',
    { body: '{"name":"x","__proto__":{"admin":true}}' },
    400,
    'validation_error',
    field('__proto__'),
  ],
  ['__proto__ in escapes', { body: '{"\\u005f_proto__":1}' }, 400, 'validation_error', field('__proto__')],
  ['constructor', { body: '{"name":"x","constructor":{}}' }, 400, 'validation_error', field('constructor')],
  [
    'a name every object has',
    { body: '{"name":"x","toString":1}' },
    400,
    'validation_error',
    field('toString'),
  ],
  [
    'a name every object has, in the query',
    { method: 'GET', path: '/v1/things?valueOf=1' },
    400,
    'validation_error',
    field('valueOf'),
  ],
  ['a name with NUL', { body: '{"a\\u0000":1}' }, 400, 'validation_error', field('body')],
  [
    'a list instead of an object',
    { body: '[]' },
    400,
    'validation_error',
    field('body', 'must be a JSON object'),
  ],
  ['null', { body: 'null' }, 400, 'validation_error', field('body')],
  ['a bare text', { body: '"x"' }, 400, 'validation_error', field('body')],
  ['no body', { body: '' }, 400, 'validation_error', field('name')],
  [
    'an unknown field',
    { body: '{"name":"x","extra":1}' },
    400,
    'validation_error',
    field('extra', 'is not a known field'),
  ],
  ['a wrong type', { body: '{"name":7}' }, 400, 'validation_error', field('name', 'must be a string')],
  [
    'an integer past 32 bits',
    { body: '{"name":"x","parts":[{"count":2147483648}]}' },
    400,
    'validation_error',
    field('parts[0].count'),
  ],
  ['an integer past 64 bits', { body: '{"name":"x","parts":[{"count":1e400}]}' }, 400, 'validation_error'],
  [
    'nesting past any use',
    { body: `{"name":"x","parts":${'['.repeat(4000)}${']'.repeat(4000)}}` },
    400,
    'validation_error',
  ],
  [
    'a wrong media type',
    { headers: { 'content-type': 'text/plain' }, body: '{"name":"x"}' },
    415,
    'unsupported_media_type',
  ],
  [
    'a form',
    { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'name=x' },
    415,
    'unsupported_media_type',
  ],
  [
    'a broken media type',
    { headers: { 'content-type': 'application/json; charset' }, body: '{' },
    400,
    'malformed_json',
  ],
  [
    'another charset',
    { headers: { 'content-type': 'application/json; charset=utf-16' }, body: '{"name":"x"}' },
    415,
    'unsupported_media_type',
  ],
  [
    'an unknown encoding',
    { headers: { 'content-encoding': 'snappy' }, body: '{"name":"x"}' },
    415,
    'unsupported_media_type',
  ],
  ['a broken gzip', { headers: { 'content-encoding': 'gzip' }, body: '{"name":"x"}' }, 400, 'bad_request'],
  ['an oversize body', { body: JSON.stringify({ name: 'x'.repeat(20_000) }) }, 413, 'payload_too_large'],
  [
    'a gzip bomb',
    { headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(50_000_000, 'a')) },
    413,
    'payload_too_large',
  ],
  [
    'a repeated query key',
    { method: 'GET', path: '/v1/things?page=1&page=2' },
    400,
    'validation_error',
    field('page', 'must be given once'),
  ],
  [
    'a repeated key in other spelling',
    { method: 'GET', path: '/v1/things?page=1&p%61ge=2' },
    400,
    'validation_error',
    field('page'),
  ],
  [
    '__proto__ in the query',
    { method: 'GET', path: '/v1/things?__proto__=1' },
    400,
    'validation_error',
    field('__proto__'),
  ],
  [
    'brackets in the query',
    { method: 'GET', path: '/v1/things?page[gt]=1' },
    400,
    'validation_error',
    field('page[gt]'),
  ],
  [
    'NUL in the query',
    { method: 'GET', path: '/v1/things?page=%00' },
    400,
    'validation_error',
    field('page'),
  ],
  ['bad percent-encoding in the query', { method: 'GET', path: '/v1/things?page=%zz' }, 400, 'bad_request'],
  ['half UTF-8 in the query', { method: 'GET', path: '/v1/things?page=%c3' }, 400, 'bad_request'],
  ['a surrogate in the query', { method: 'GET', path: '/v1/things?page=%ed%a0%80' }, 400, 'bad_request'],
  ['page 0', { method: 'GET', path: '/v1/things?page=0' }, 400, 'validation_error', field('page')],
  ['page 1e9', { method: 'GET', path: '/v1/things?page=1000000000' }, 400, 'validation_error', field('page')],
  ['page 1.5', { method: 'GET', path: '/v1/things?page=1.5' }, 400, 'validation_error'],
  [
    'an unknown query key',
    { method: 'GET', path: '/v1/things?sort=name' },
    400,
    'validation_error',
    field('sort'),
  ],
  ['bad percent-encoding in the path', { method: 'GET', path: '/v1/things/%zz' }, 400, 'bad_request'],
  ['NUL in the path', { method: 'GET', path: '/v1/things/a%00b' }, 400, 'validation_error', field('path')],
  [
    'a bad UUID',
    { method: 'GET', path: '/v1/things/12' },
    400,
    'validation_error',
    field('id', 'must be a UUID'),
  ],
  ['an unknown route', { method: 'GET', path: '/v1/nothing' }, 404, 'not_found'],
  ['the root', { method: 'GET', path: '/' }, 404, 'not_found'],
  ['a known route in another method', { method: 'DELETE', path: '/v1/things' }, 405, 'method_not_allowed'],
];

describe('bad input', () => {
  it.each(CASES.map(([name, ...rest]) => ({ name, rest })))('refuses $name', async ({ rest }) => {
    const [sent, status, code, errors] = rest;
    const before = ThingsController.calls;
    const { response, problem } = await send(sent);
    expect({ status: response.status, code: problem.code }).toEqual({ status, code });
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(problem).toMatchObject({ status, request_id: response.headers.get('x-request-id') });
    if (errors) expect(problem.errors).toEqual(errors);
    expect(ThingsController.calls).toBe(before);
  });

  it('names the methods a known route has', async () => {
    const { response } = await send({ method: 'DELETE' });
    expect(response.headers.get('allow')).toBe('GET, HEAD, POST');
  });

  it('never repeats a refused value', async () => {
    const { problem } = await send({ body: '{"name":{"secret":"Ionescu"},"other":"Ionescu"}' });
    expect(problem.code).toBe('validation_error');
    expect(JSON.stringify(problem)).not.toContain('Ionescu');
  });

  it('passes over an expectation it does not know', async () => {
    const answer = await sendRaw(
      url,
      'GET /v1/nothing HTTP/1.1\r\nHost: x\r\nExpect: a-miracle\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(bodyOf(answer)).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('refuses headers past the limit with 431', async () => {
    const answer = await sendRaw(
      url,
      `GET /v1/things HTTP/1.1\r\nHost: x\r\nx-big: ${'a'.repeat(20_000)}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(answer).toMatch(/\r\nx-request-id: [0-9a-f-]{36}\r\n/);
    expect(bodyOf(answer)).toMatchObject({ status: 431, code: 'headers_too_large' });
  });

  it('answers bytes that are no HTTP with a problem', async () => {
    const answer = await sendRaw(url, 'HELLO\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(bodyOf(answer)).toMatchObject({ status: 400, code: 'bad_request' });
  });

  it('still takes what is good, compressed or not, and keeps the bytes for signatures', async () => {
    const body = '{"name":"Ștefan 😀","parts":[{"count":2147483647}]}';
    const plain = await send({ body, headers: { 'content-type': 'application/json; charset="UTF-8"' } });
    const packed = await send({ body: gzipSync(body), headers: { 'content-encoding': 'gzip' } });
    for (const { response, problem } of [plain, packed]) {
      expect(response.status).toBe(201);
      expect(problem.data).toMatchObject({ name: 'Ștefan 😀', bytes: Buffer.byteLength(body) });
    }
    expect((await fetch(`${url}/v1/things?page=2&page_size=7`)).status).toBe(200);
  });
});
