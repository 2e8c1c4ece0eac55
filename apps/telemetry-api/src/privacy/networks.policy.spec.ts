import { Networks, readNetwork } from './networks.policy';

const networks = new Networks([
  '198.51.100.16/31',
  '203.0.113.7/32',
  '2001:db8:1:2::/64',
  '2001:db8:9::1/128',
]);

it.each<[boolean, string]>([
  [false, '198.51.100.15'],
  [true, '198.51.100.16'],
  [true, '198.51.100.17'],
  [false, '198.51.100.18'],
  [false, '203.0.113.6'],
  [true, '203.0.113.7'],
  [false, '203.0.113.8'],
  [false, '2001:db8:1:1:ffff:ffff:ffff:ffff'],
  [true, '2001:db8:1:2::'],
  [true, '2001:db8:1:2:ffff:ffff:ffff:ffff'],
  [false, '2001:db8:1:3::'],
  [true, '2001:db8:9::1'],
  [false, '2001:db8:9::2'],
  [true, '::ffff:203.0.113.7'],
  [true, '2001:DB8:1:2::5%eth0'],
  [false, ''],
  [false, 'anna@clinic.example'],
])('%s: %s lies in an excluded network', (expected, address) => {
  expect(networks.hold(address)).toBe(expected);
});

it.each(['', '300.1.1.1/8', '10.0.0.0/33', '2001:db8::/129', '10.0.0.0/8/8', '10.0.0.0/x', 'text'])(
  '%s is no network',
  (text) => {
    expect(readNetwork(text)).toBeNull();
  },
);
