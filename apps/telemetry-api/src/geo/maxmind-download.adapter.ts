import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { Inject, Injectable } from '@nestjs/common';
import { extract } from 'tar-stream';
import { TELEMETRY_CONFIG } from '../platform/tokens';
import type { TelemetryConfig } from '../telemetry.config';
import { GeoSource } from './geo-source.port';

const TIMEOUT_MS = 120_000;
const LARGEST_ARCHIVE = 256 * 1024 * 1024;
const DATABASE = /(^|\/)[A-Za-z0-9-]+\.mmdb$/;

/** MaxMind's download service: a gzipped tar archive and its SHA-256, both by Basic authentication. */
@Injectable()
export class MaxmindDownload extends GeoSource {
  constructor(@Inject(TELEMETRY_CONFIG) private readonly config: TelemetryConfig) {
    super();
  }

  get isConfigured(): boolean {
    return this.config.MAXMIND_ACCOUNT_ID !== undefined && this.config.MAXMIND_LICENSE_KEY !== undefined;
  }

  async fetch(): Promise<Buffer> {
    const expected = /^([0-9a-f]{64})\b/.exec((await this.get('tar.gz.sha256')).toString('latin1'))?.[1];
    if (!expected) throw new Error('The checksum of the geo database is none');
    const archive = await this.get('tar.gz');
    if (createHash('sha256').update(archive).digest('hex') !== expected)
      throw new Error('The geo database does not have the checksum its provider gives');
    return databaseIn(archive);
  }

  private async get(suffix: string): Promise<Buffer> {
    const { MAXMIND_ACCOUNT_ID, MAXMIND_LICENSE_KEY, MAXMIND_DOWNLOAD_URL } = this.config;
    const secret = `${MAXMIND_ACCOUNT_ID}:${MAXMIND_LICENSE_KEY?.reveal()}`;
    const address = new URL(MAXMIND_DOWNLOAD_URL);
    address.searchParams.set('suffix', suffix);
    // fetch follows the redirect to the storage, and leaves the credentials behind when that is another origin.
    const answer = await fetch(address, {
      headers: { authorization: `Basic ${Buffer.from(secret).toString('base64')}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!answer.ok) throw new Error(`The provider of the geo database answered ${answer.status}`);
    if (Number(answer.headers.get('content-length') ?? 0) > LARGEST_ARCHIVE)
      throw new Error('The geo database is larger than any known one');
    return Buffer.from(await answer.arrayBuffer());
  }
}

/** The one database file of an archive. */
async function databaseIn(archive: Buffer): Promise<Buffer> {
  let found: Buffer | undefined;
  const entries = extract();
  entries.on('entry', ({ name, type }, stream, next) => {
    const isDatabase = type === 'file' && DATABASE.test(name);
    if (!isDatabase) {
      stream.resume().on('end', next);
      return;
    }
    buffer(stream).then((bytes) => {
      found = bytes;
      next();
    }, next);
  });
  await pipeline(Readable.from([archive]), createGunzip(), entries);
  if (!found) throw new Error('The archive holds no geo database');
  return found;
}
