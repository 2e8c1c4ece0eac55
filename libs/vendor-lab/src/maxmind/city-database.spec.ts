import { Reader } from '@maxmind/geoip2-node';
import { cityDatabase } from './city-database';
import { readValue, writeValue } from './mmdb-value';

describe('the country data in the form of a City database', () => {
  const reader = Reader.openBuffer(cityDatabase());

  it.each([
    ['193.226.5.1', 'RO'],
    ['8.8.8.8', 'US'],
    ['193.0.0.1', 'NL'],
    ['2a02:2f00::1', 'RO'],
  ])('is read by Reader.city(): %s lies in %s', (address, country) => {
    expect(reader.city(address).country?.isoCode).toBe(country);
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
