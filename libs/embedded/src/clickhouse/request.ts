import { timingSafeEqual, createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { Work } from './engine';
import { authenticationFailed, ClickhouseFailure, notSupported } from './failure';

export interface Credentials {
  user: string;
  password: string;
}

/** Parameters of the HTTP interface that are not settings of a query. */
const OF_THE_PROTOCOL = new Set([
  ...[
    'query',
    'database',
    'default_format',
    'query_id',
    'user',
    'password',
    'quota_key',
    'role',
    'session_id',
  ],
  ...['session_timeout', 'session_check', 'close_session', 'compress', 'decompress', 'buffer_size'],
  ...['wait_end_of_query', 'stacktrace', 'log_comment'],
]);

/** Compares in constant time. Throws code 516 as a server does. */
export function authenticate(request: IncomingMessage, url: URL, expected: Credentials): void {
  const given = credentials(request, url);
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const matches = timingSafeEqual(
    digest(JSON.stringify([given.user, given.password])),
    digest(JSON.stringify([expected.user, expected.password])),
  );
  if (!matches) throw authenticationFailed(given.user);
}

function credentials(request: IncomingMessage, url: URL): Credentials {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() === 'basic' && token) {
    const text = Buffer.from(token, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    return { user: text.slice(0, colon), password: text.slice(colon + 1) };
  }
  const header = (name: string) => request.headers[name] as string | undefined;
  return {
    user: header('x-clickhouse-user') ?? url.searchParams.get('user') ?? 'default',
    password: header('x-clickhouse-key') ?? url.searchParams.get('password') ?? '',
  };
}

/** Reads a request into work for the engine: statement in the URL with rows in the body, or all in the body. */
export async function readWork(request: IncomingMessage, url: URL, mark: string): Promise<Work> {
  const fields = new URLSearchParams(url.searchParams);
  const body = await readBody(request, fields);
  if (fields.has('session_id')) throw notSupported('session_id');
  const inUrl = fields.get('query');
  const { settings, parameters } = sort(fields);
  return {
    statement: inUrl ?? body.toString('utf8'),
    data: inUrl === null ? undefined : body,
    database: fields.get('database') ?? (request.headers['x-clickhouse-database'] as string | undefined),
    parameters,
    settings: request.method === 'GET' ? { ...settings, readonly: '2' } : settings,
    format:
      fields.get('default_format') ??
      (request.headers['x-clickhouse-format'] as string | undefined) ??
      'TabSeparated',
    mark,
  };
}

function sort(fields: URLSearchParams): Pick<Work, 'settings' | 'parameters'> {
  const settings: Record<string, string> = {};
  const parameters: Record<string, string> = {};
  for (const [name, value] of fields) {
    if (name.startsWith('param_')) parameters[name.slice('param_'.length)] = value;
    else if (!OF_THE_PROTOCOL.has(name)) settings[name] = value;
  }
  return { settings, parameters };
}

/** The inflated body; the fields of a multipart form are moved into `fields`. */
async function readBody(request: IncomingMessage, fields: URLSearchParams): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = await decode(Buffer.concat(chunks), request.headers['content-encoding']);
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return body;
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  for (const [name, value] of form) if (typeof value === 'string') fields.set(name, value);
  return Buffer.alloc(0);
}

const DECODERS: Record<string, (bytes: Buffer) => Promise<Buffer>> = {
  gzip: promisify(gunzip) as (bytes: Buffer) => Promise<Buffer>,
  deflate: promisify(inflate) as (bytes: Buffer) => Promise<Buffer>,
  br: promisify(brotliDecompress) as (bytes: Buffer) => Promise<Buffer>,
};

async function decode(bytes: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (!encoding || encoding === 'identity') return bytes;
  const decoder = DECODERS[encoding];
  if (!decoder) throw notSupported(`Content-Encoding ${encoding}`);
  try {
    return await decoder(bytes);
  } catch (cause) {
    throw new ClickhouseFailure(
      354,
      'ZLIB_INFLATE_FAILED',
      `The body is not ${encoding}: ${(cause as Error).message}`,
    );
  }
}
