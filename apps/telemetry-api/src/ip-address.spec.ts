import { canonicalAddress, truncatedAddress } from './ip-address';

describe('the canonical address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7/32', '203.0.113.7'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8::1/128', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['::1', '::1'],
    ['::ffff:c000:0201', '::ffff:192.0.2.1'],
    ['::FFFF:192.0.2.1', '::ffff:192.0.2.1'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('of %s is %s', (given, expected) => {
    expect(canonicalAddress(given)).toBe(expected);
  });

  it.each([
    '',
    'localhost',
    '203.0.113',
    '203.0.113.256',
    '203.0.113.0/24',
    '2001:db8::/48',
    '203.0.113.7:443',
    '1:2',
  ])('does not exist for "%s"', (given) => {
    expect(canonicalAddress(given)).toBeNull();
  });
});

describe('the truncated address', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0'],
    ['::ffff:203.0.113.77', '203.0.113.0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::'],
    ['2001:db8::1', '2001:db8::'],
    ['::1', '::'],
  ])('of %s is its network %s', (given, expected) => {
    expect(truncatedAddress(given)).toBe(expected);
  });

  it('does not exist for what is no address', () => {
    expect(truncatedAddress('anna@clinic.example')).toBeNull();
  });
});
