import type { WindowUse } from '@restartix/redis';
import { limitsOf } from '../../test/limits';
import { countersOf, networkOf, rateLimitHeaders, retryAfter, type Counted } from './rate-limit.policy';

const limits = limitsOf({ max: 10, windowMs: 60_000 }, { export: { max: 2, windowMs: 600_000 } });
const use = (remaining: number, waitMs = 0) => ({
  admitted: waitMs === 0,
  remaining,
  waitMs,
  resetMs: 30_000,
});

describe('what a request counts against', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
  ])('the network of %s is %s', (address, network) => expect(networkOf(address)).toBe(network));

  it('is the user, the organization and the address, each with its own quota', () => {
    const counters = countersOf(limits, 'export', { user: 'u', organization: 'o', address: '192.0.2.7' });
    expect(counters.map(({ policy, quota }) => [policy, quota.max])).toEqual([
      ['export-user', 2],
      ['export-organization', 4],
      ['export-address', 6],
    ]);
    expect(JSON.stringify(counters)).not.toContain('192.0.2.7');
  });

  it('is the address alone, with the plain quota, where nobody is signed in', () => {
    const counters = countersOf(limits, 'public', { user: null, organization: null, address: '192.0.2.7' });
    expect(counters.map(({ policy, quota }) => [policy, quota.max])).toEqual([['public-address', 10]]);
  });

  it('is the same for two addresses of one IPv6 household, and another for its neighbour', () => {
    const subject = (address: string) =>
      countersOf(limits, 'public', { user: null, organization: null, address })[0]!.subject;
    expect(subject('2001:db8:1:2::5')).toBe(subject('2001:db8:1:2:ffff::1'));
    expect(subject('2001:db8:1:2::5')).not.toBe(subject('2001:db8:1:3::5'));
  });
});

describe('the headers', () => {
  const [user, organization] = countersOf(limits, 'standard', {
    user: 'u',
    organization: 'o',
    address: null,
  });
  const counted = (uses: [WindowUse, WindowUse]): [Counted, Counted] => [
    { counter: user!, use: uses[0] },
    { counter: organization!, use: uses[1] },
  ];

  it('name every policy and what is left of the scarcest', () => {
    expect(rateLimitHeaders(counted([use(9), use(1)]))).toEqual({
      'RateLimit-Policy': '"standard-user";q=10;w=60, "standard-organization";q=20;w=60',
      RateLimit: '"standard-organization";r=1;t=30',
    });
  });

  it('say when a request is admitted again: when the last exhausted counter admits it', () => {
    const exhausted = counted([use(0, 1200), use(0, 4500)]);
    expect(rateLimitHeaders(exhausted).RateLimit).toBe('"standard-user";r=0;t=2');
    expect(retryAfter(exhausted)).toBe(5);
    expect(retryAfter(counted([use(0, 3), use(1)]))).toBe(1);
  });
});
