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

/** Latitude, longitude and accuracy in kilometres that the same file gives them. */
const PLACES: Readonly<Record<string, readonly [latitude: number, longitude: number, radius: number]>> = {
  '2.2.3.0/24': [51.75, -1.25, 100],
  '2.125.160.216/29': [51.75, -1.25, 100],
  '81.2.69.142/31': [51.5142, -0.0931, 10],
  '81.2.69.144/28': [51.5142, -0.0931, 3],
  '81.2.69.160/27': [51.5142, -0.0931, 100],
  '81.2.69.192/28': [51.5142, -0.0931, 100],
  '89.160.20.112/28': [58.4167, 15.6167, 76],
  '89.160.20.128/25': [58.4167, 15.6167, 76],
  '175.16.199.0/24': [43.88, 125.3228, 100],
  '214.0.1.0/24': [-37.8159, 144.9669, 20],
  '214.78.120.0/22': [32.7405, -117.0935, 100],
  '214.78.124.0/24': [36.7783, -119.4179, 100],
  '216.160.83.56/29': [47.2513, -122.3149, 22],
  '216.160.83.64/29': [47.7511, -120.7401, 1000],
  '2001:218::/32': [35.68536, 139.75309, 100],
  '2001:250::/31': [35, 105, 100],
  '2001:480:10::/48': [32.7203, -117.1552, 20],
  '2a02:fe00::/29': [52.5, 5.75, 100],
};

/** The record of a network in MaxMind's City schema. */
export function cityRecord([network, country, ...subdivisions]: (typeof TEST_NETWORKS)[number]): MmdbValue {
  const [latitude, longitude, radius] = PLACES[network] ?? [];
  return {
    ...(country ? { country: { iso_code: country } } : {}),
    ...(latitude !== undefined && longitude !== undefined && radius !== undefined
      ? { location: { accuracy_radius: radius, latitude, longitude } }
      : {}),
    ...(subdivisions.length > 0 ? { subdivisions: subdivisions.map((code) => ({ iso_code: code })) } : {}),
  };
}
