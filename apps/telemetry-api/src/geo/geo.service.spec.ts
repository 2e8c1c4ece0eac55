import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@restartix/logging';
import { cityDatabase } from '@restartix/vendor-lab';
import type { TelemetryConfig } from '../telemetry.config';
import { GeoService } from './geo.service';
import { MaxmindDownload } from './maxmind-download.adapter';

const UNKNOWN = { country: 'unknown', region: 'unknown' };
const NOWHERE = ['127.0.0.1', '192.0.2.1', '', 'anna@clinic.example', null];

const destination = { write: () => undefined };
const logger = createLogger({ level: 'error', format: 'json', service: 'test', destination });

let dir: string;
beforeAll(() => (dir = mkdtempSync(join(tmpdir(), 'geo-'))));
afterAll(() => rmSync(dir, { recursive: true }));

async function geo(content?: Buffer | string): Promise<GeoService> {
  const path = join(dir, 'database.mmdb');
  if (content !== undefined) writeFileSync(path, content);
  const config = { GEOIP_DATABASE_PATH: content === undefined ? undefined : path } as TelemetryConfig;
  const service = new GeoService(config, new MaxmindDownload(config), logger);
  await service.onModuleInit();
  return service;
}

/** The lab's data under another name of the same length. */
function named(kind: string): Buffer {
  const bytes = cityDatabase();
  bytes.write(kind.padStart(13, '-'), bytes.lastIndexOf('GeoLite2-City'), 'latin1');
  return bytes;
}

type Value = string | number | Value[] | { [name: string]: Value };

/** Short values as the MaxMind format writes them. */
function encoded(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.from([0x40 | value.length, ...Buffer.from(value)]);
  if (typeof value === 'number') return Buffer.from([0xa1, value]);
  if (Array.isArray(value)) return Buffer.concat([Buffer.from([value.length, 0x04]), ...value.map(encoded)]);
  const entries = Object.entries(value).flat().map(encoded);
  return Buffer.concat([Buffer.from([0xe0 | (entries.length / 2)]), ...entries]);
}

/** A City database of one node: every IPv4 address lies in the same place. */
function everywhereIs(place: Value): Buffer {
  const record = Buffer.from([0, 0, 17]); // one node, sixteen bytes between the tree and the data
  const metadata: Value = {
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1,
    database_type: 'GeoIP2-City',
    description: {},
    ip_version: 4,
    languages: [],
    node_count: 1,
    record_size: 24,
  };
  const marker = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
  return Buffer.concat([record, record, Buffer.alloc(16), encoded(place), marker, encoded(metadata)]);
}

it.each(['GeoLite2-City', 'GeoIP-Country'])(
  'names countries from a database of the kind %s',
  async (kind) => {
    const service = await geo(named(kind));
    expect(service.loaded).toBe(true);
    expect(service.locate('193.0.0.1')).toEqual({ country: 'NL', region: 'unknown' });
    expect(service.locate('2a02:2f00::1')).toEqual({ country: 'RO', region: 'unknown' });
    for (const nowhere of NOWHERE) expect(service.locate(nowhere)).toEqual(UNKNOWN);
  },
);

it('names the region where the database knows it', async () => {
  const norway = { country: { iso_code: 'NO' }, subdivisions: [{ iso_code: '46' }] };
  expect((await geo(everywhereIs(norway))).locate('8.8.8.8')).toEqual({ country: 'NO', region: '46' });
  expect((await geo(everywhereIs({}))).locate('8.8.8.8')).toEqual(UNKNOWN);
});

it.each([
  ['no path', undefined],
  ['a file that is no database', 'text'],
  ['a database of another kind', named('GeoLite2-ASN')],
])('calls every place unknown with %s, and starts all the same', async (_, content) => {
  const service = await geo(content);
  expect(service.loaded).toBe(false);
  expect(service.locate('193.0.0.1')).toEqual(UNKNOWN);
});
