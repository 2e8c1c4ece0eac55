import { format, inspect } from 'node:util';
import { Secret } from './index';

const VALUE = 'hunter2';

describe('secret', () => {
  const secret = new Secret(VALUE);

  it('gives its value to who asks for it by name', () => {
    expect(secret.reveal()).toBe(VALUE);
  });

  it.each<[string, () => string]>([
    ['a template', () => `${secret}`],
    ['concatenation', () => 'url ' + String(secret)],
    ['JSON', () => JSON.stringify({ secret })],
    ['inspection', () => inspect({ deep: [secret] }, { depth: 9 })],
    ['inspection of everything hidden', () => inspect(secret, { showHidden: true, getters: true })],
    ['inspection past its own words', () => inspect(secret, { customInspect: false, showHidden: true })],
    ['format', () => format('%s %o %O %j', secret, secret, secret, secret)],
    ['an error', () => inspect(new Error('failed', { cause: secret }))],
    ['its own keys', () => JSON.stringify([Object.getOwnPropertyNames(secret), { ...secret }])],
  ])('does not print through %s', (_, print) => {
    expect(print()).not.toContain(VALUE);
  });

  it('hides bytes as well', () => {
    const key = new Secret(Buffer.from(VALUE));
    expect(inspect(key) + JSON.stringify(key)).toBe('[secret]"[secret]"');
  });
});
