import { Reader, type ReaderModel } from '@maxmind/geoip2-node';
import { cityDatabase } from './city-database';
import { readValue, writeValue } from './mmdb-value';
import { TEST_NETWORKS } from './test-networks';

/** First and last address of a network, and those right before and after it. */
function edgesOf(cidr: string): Record<'first' | 'last' | 'before' | 'after', string> {
  const [address = '', prefix] = cidr.split('/');
  const isV4 = !address.includes(':');
  const size = 2n ** BigInt((isV4 ? 32 : 128) - Number(prefix));
  const first = isV4 ? v4Number(address) : v6Number(address);
  const text = (value: bigint) => (isV4 ? v4Text(value) : v6Text(value));
  return {
    first: text(first),
    last: text(first + size - 1n),
    before: text(first - 1n),
    after: text(first + size),
  };
}
const v4Number = (text: string) => text.split('.').reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
const v4Text = (value: bigint) => [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
const v6Number = (text: string) => {
  const [left = ''] = text.split('::');
  const words = left.split(':').map((word) => BigInt(`0x${word}`));
  return [...words, ...Array<bigint>(8 - words.length).fill(0n)].reduce(
    (sum, word) => sum * 65_536n + word,
    0n,
  );
};
const v6Text = (value: bigint) =>
  Array.from({ length: 8 }, (_, index) => ((value >> BigInt(16 * (7 - index))) & 65_535n).toString(16)).join(
    ':',
  );

function countryOf(reader: ReaderModel, address: string): string | undefined {
  try {
    return reader.city(address).country?.isoCode;
  } catch {
    return undefined;
  }
}

describe('the country data in the form of a City database', () => {
  const reader = Reader.openBuffer(cityDatabase());
  const plain = Reader.openBuffer(cityDatabase(undefined, []));

  it.each([
    ['193.226.5.1', 'RO'],
    ['8.8.8.8', 'US'],
    ['193.0.0.1', 'NL'],
    ['2a02:2f00::1', 'RO'],
  ])('is read by Reader.city(): %s lies in %s', (address, country) => {
    expect(reader.city(address).country?.isoCode).toBe(country);
  });

  it.each(TEST_NETWORKS.map((network) => [...network] as const))(
    'gives the test network %s the published country %s and subdivisions',
    (...network: (typeof TEST_NETWORKS)[number]) => {
      const [cidr, country, ...subdivisions] = network;
      const { first, last, before, after } = edgesOf(cidr);
      for (const address of [first, last]) {
        const record = reader.city(address);
        expect(record.country?.isoCode).toBe(country);
        expect((record.subdivisions ?? []).map(({ isoCode }) => isoCode)).toEqual(subdivisions);
      }
      for (const address of [before, after]) {
        expect(countryOf(reader, address)).toBe(countryOf(plain, address));
      }
    },
  );

  it('gives test networks the published places', () => {
    expect(reader.city('216.160.83.57').location).toMatchObject({
      ...{ latitude: 47.2513, longitude: -122.3149, accuracyRadius: 22 },
    });
    expect(reader.city('2001:250::1').location).toMatchObject({ latitude: 35, longitude: 105 });
    expect(reader.city('193.0.0.1').location).toBeUndefined();
  });

  it('knows nothing of loopback', () => {
    expect(() => reader.city('127.0.0.1')).toThrow('The address 127.0.0.1 is not in the database');
  });
});

describe('the values of the file format', () => {
  it.each([
    ['a short text', 'RO'],
    ['a text longer than the control byte counts', 'x'.repeat(284)],
    ['nothing, as a number', 0],
    ['a number', 1_367_605],
    ['a number with a fraction', -122.3149],
    ['a whole number below zero', -1],
    ['nested values', { country: { iso_code: 'NO' }, names: ['a', 'b', { n: 1 }] }],
  ])('come back as written: %s', (_, value) => {
    const bytes = writeValue(value);
    expect(readValue(bytes, 0, 0)).toEqual({ value, next: bytes.length });
  });

  it('follow pointers of every width', () => {
    const text = writeValue('RO');
    const place = (at: number) => Buffer.concat([Buffer.alloc(at), text]);
    for (const [at, pointer] of [
      [1000, [0x20 | (1000 >> 8), 1000 & 255]],
      [3000, [0x28 | ((3000 - 2048) >> 16), ((3000 - 2048) >> 8) & 255, (3000 - 2048) & 255]],
    ] as const) {
      const bytes = Buffer.concat([place(at), Buffer.from(pointer)]);
      expect(readValue(bytes, at + text.length, 0).value).toBe('RO');
    }
  });
});
