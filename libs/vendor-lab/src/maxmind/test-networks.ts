import type { MmdbValue } from './mmdb-value';

/**
 * Networks of MaxMind's published test database, all of those with subdivisions among them, with the country and the
 * subdivisions it gives them; without either where it has none. Source: `source-data/GeoIP2-City-Test.json` of github.com/maxmind/MaxMind-DB (Apache-2.0 or MIT).
 */
export const TEST_NETWORKS: readonly (readonly [
  network: string,
  country?: string,
  ...subdivisions: string[],
])[] = [
  ['2.2.3.0/24', 'GB', 'ENG', 'WBK'],
  ['2.3.3.0/24'],
  ['2.125.160.216/29', 'GB', 'ENG', 'WBK'],
  ['81.2.69.142/31', 'GB', 'ENG'],
  ['81.2.69.144/28', 'GB', 'ENG'],
  ['81.2.69.160/27', 'GB', 'ENG'],
  ['81.2.69.192/28', 'GB', 'ENG'],
  ['89.160.20.112/28', 'SE', 'E'],
  ['89.160.20.128/25', 'SE', 'E'],
  ['175.16.199.0/24', 'CN', '22'],
  ['214.0.1.0/24', 'AU', 'VIC'],
  ['214.78.120.0/22', 'US', 'CA'],
  ['214.78.124.0/24', 'US', 'CA'],
  ['216.160.83.56/29', 'US', 'WA'],
  ['216.160.83.64/29', 'US', 'WA'],
  ['2001:218::/32', 'JP'],
  ['2001:250::/31', 'CN'],
  ['2001:480:10::/48', 'US', 'CA'],
  ['2a02:fe00::/29', 'NL'],
];

/** The record of a network in MaxMind's City schema. */
export function cityRecord([, country, ...subdivisions]: (typeof TEST_NETWORKS)[number]): MmdbValue {
  return {
    ...(country ? { country: { iso_code: country } } : {}),
    ...(subdivisions.length > 0 ? { subdivisions: subdivisions.map((code) => ({ iso_code: code })) } : {}),
  };
}
