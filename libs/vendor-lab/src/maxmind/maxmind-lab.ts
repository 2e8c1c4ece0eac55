import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { closeServer, listenOnLoopback, urlOf } from '../loopback';

export interface MaxmindLabOptions {
  account: string;
  license: string;
  /** The database file that is offered. */
  database: Buffer;
  /** Excluded networks in CIDR form. */
  exclusions?: readonly string[];
}

/** What the emulator can be told to do wrong. */
export type MaxmindFault =
  'none' | 'wrong_checksum' | 'daily_limit' | 'unavailable' | 'other_media_type' | 'no_database';

const EXCLUSIONS_TYPE = 'application/vnd.maxmind.com-privacy-exclusions+json; charset=UTF-8; version=1.0';
const ERROR_TYPE = 'application/vnd.maxmind.com-error+json; charset=UTF-8; version=2.0';
const BLOCK = 512;

/** One entry of a tar archive (POSIX ustar). */
function tarEntry(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, '0')}\0`;
  header.write(name, 0);
  header.write(octal(0o644, 8) + octal(0, 8) + octal(0, 8) + octal(content.length, 12) + octal(0, 12), 100);
  header.write(' '.repeat(8), 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
  return Buffer.concat([header, content, padding]);
}

/**
 * Stands in for MaxMind: the database download with its checksum, behind Basic authentication and a redirect to a
 * storage that takes a signed address instead, and the Privacy Exclusions API. Sources: dev.maxmind.com, updating
 * databases and Privacy Exclusions API. What it cannot show here: that the real one refuses plain HTTP.
 */
export class MaxmindLab {
  fault: MaxmindFault = 'none';
  database: Buffer;
  exclusions: readonly string[];
  /** Paths asked for so far. */
  readonly asked: string[] = [];
  private readonly authorization: Buffer;

  private constructor(
    private readonly server: Server,
    options: MaxmindLabOptions,
  ) {
    this.database = options.database;
    this.exclusions = options.exclusions ?? [];
    this.authorization = Buffer.from(
      `Basic ${Buffer.from(`${options.account}:${options.license}`).toString('base64')}`,
    );
    server.on('request', (request, response) => this.answer(request, response));
  }

  static async start(options: MaxmindLabOptions): Promise<MaxmindLab> {
    const server = createServer();
    const lab = new MaxmindLab(server, options);
    await listenOnLoopback(server);
    return lab;
  }

  get url(): string {
    return urlOf(this.server);
  }

  get downloadUrl(): string {
    return `${this.url}/geoip/databases/GeoLite2-City/download`;
  }

  stop(): Promise<void> {
    return closeServer(this.server);
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.url);
    this.asked.push(`${url.pathname}${url.search}`);
    const refuse = (status: number, code: string) =>
      response
        .writeHead(status, { 'content-type': ERROR_TYPE })
        .end(JSON.stringify({ code, error: 'refused by the lab' }));
    if (request.method !== 'GET') return void refuse(405, 'METHOD_NOT_ALLOWED');
    if (url.pathname.startsWith('/storage/')) return this.answerStorage(url, response);
    if (!this.isKnown(request.headers.authorization)) return void refuse(401, 'AUTHORIZATION_INVALID');
    if (this.fault === 'daily_limit') return void refuse(429, 'LIMIT_EXCEEDED');
    if (this.fault === 'unavailable') return void refuse(503, 'UNAVAILABLE');
    if (url.pathname === '/privacy/exclusions') return this.answerExclusions(response);
    if (url.pathname === '/geoip/databases/GeoLite2-City/download') return this.answerDownload(url, response);
    refuse(404, 'NOT_FOUND');
  }

  private isKnown(authorization: string | undefined): boolean {
    const given = Buffer.from(authorization ?? '');
    return given.length === this.authorization.length && timingSafeEqual(given, this.authorization);
  }

  private answerExclusions(response: ServerResponse): void {
    const exclusions = this.exclusions.map((value) => ({
      exclusion_type: 'ccpa_do_not_sell',
      data_type: 'network',
      value,
      last_updated: '2026-01-01T00:00:00Z',
    }));
    const type = this.fault === 'other_media_type' ? 'text/html' : EXCLUSIONS_TYPE;
    response.writeHead(200, { 'content-type': type }).end(JSON.stringify({ exclusions }));
  }

  private answerDownload(url: URL, response: ServerResponse): void {
    const suffix = url.searchParams.get('suffix');
    if (suffix === 'tar.gz') {
      response.writeHead(302, { location: `${this.url}/storage/GeoLite2-City.tar.gz?signature=lab` }).end();
    } else if (suffix === 'tar.gz.sha256') {
      const content = this.fault === 'wrong_checksum' ? Buffer.from('another file') : this.archive();
      const digest = createHash('sha256').update(content).digest('hex');
      response
        .writeHead(200, { 'content-type': 'text/plain' })
        .end(`${digest}  GeoLite2-City_20260101.tar.gz\n`);
    } else {
      response.writeHead(400).end();
    }
  }

  /** The storage knows no accounts: its address is signed. */
  private answerStorage(url: URL, response: ServerResponse): void {
    if (url.searchParams.get('signature') !== 'lab') return void response.writeHead(403).end();
    response.writeHead(200, { 'content-type': 'application/gzip' }).end(this.archive());
  }

  private archive(): Buffer {
    const folder = 'GeoLite2-City_20260101';
    const entries = [tarEntry(`${folder}/LICENSE.txt`, Buffer.from('Test data.'))];
    if (this.fault !== 'no_database') entries.push(tarEntry(`${folder}/GeoLite2-City.mmdb`, this.database));
    return gzipSync(Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)]), { level: 1 });
  }
}
