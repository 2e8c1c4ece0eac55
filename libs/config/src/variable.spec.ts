import { generateKeyPairSync } from 'node:crypto';
import { flag, integer, key, list, oneOf, pem, quota, url } from './index';

describe('flag', () => {
  const { parse } = flag('A flag.');

  it.each([
    ['true', true],
    ['1', true],
    ['false', false],
    ['0', false],
  ])('reads %s', (word, value) => expect(parse(word)).toBe(value));

  it.each(['yes', 'no', 'on', 'off', 'TRUE', 'False', ' true', 'y', '2'])('refuses %j', (word) => {
    expect(() => parse(word)).toThrow('must be true, 1, false or 0');
  });
});

describe('integer', () => {
  const { parse } = integer('A number.', { min: -1, max: 500 });

  it('reads whole numbers within the range, its ends included', () => {
    expect(['-1', '0', '007', '500'].map(parse)).toEqual([-1, 0, 7, 500]);
  });

  it.each(['-2', '501', '1.5', '1e2', '0x10', ' 1', '1 ', '+1', 'one', 'Infinity', '99999999999999999999'])(
    'refuses %j',
    (word) => expect(() => parse(word)).toThrow('must be a whole number from -1 to 500'),
  );
});

describe('quota', () => {
  const { parse } = quota('A quota.');

  it('reads requests per seconds', () => expect(parse('600/60')).toEqual({ max: 600, windowMs: 60_000 }));

  it.each(['600', '600/', '/60', '0/60', '600/0', '-1/60', '600/60s', '6e2/60', '1.5/60', '1000000000/1'])(
    'refuses %j',
    (word) => expect(() => parse(word)).toThrow('must be requests/seconds, such as 600/60'),
  );
});

describe('key', () => {
  const { parse } = key('A key.', 32);
  const bytes = (length: number) => Buffer.alloc(length, 0xfb);

  it('reads exactly its bytes, with and without padding', () => {
    const word = bytes(32).toString('base64');
    expect(parse(word)).toEqual(bytes(32));
    expect(parse(word.replace('=', ''))).toEqual(bytes(32));
  });

  it.each([0, 16, 31, 33, 64])('refuses %d bytes', (length) => {
    expect(() => parse(bytes(length).toString('base64'))).toThrow('must be 32 bytes in base64');
  });

  it.each([
    ['hexadecimal', bytes(32).toString('hex')],
    ['32 letters of a password', 'correct horse battery staple 123'],
    [
      'foreign characters',
      `${bytes(32).toString('base64').slice(0, 20)}\n${bytes(32).toString('base64').slice(20)}`,
    ],
    ['unused bits that are set', `${bytes(32).toString('base64').slice(0, 42)}9=`],
  ])('refuses %s', (_, word) => expect(() => parse(word)).toThrow('must be 32 bytes in base64'));
});

describe('url', () => {
  const { parse } = url('A database.', ['postgres', 'postgresql']);

  it('reads a URL of an allowed protocol, unchanged', () => {
    const word = 'postgresql://app:pa%40ss@[::1]:5432/restartix?sslmode=require';
    expect(parse(word)).toBe(word);
  });

  it.each([
    'localhost:5432',
    'mysql://db/restartix',
    'http://db',
    'postgres',
    '//db/restartix',
    'postgres//db',
  ])('refuses %j', (word) =>
    expect(() => parse(word)).toThrow('must be a URL beginning with postgres:// or postgresql://'),
  );
});

describe('oneOf', () => {
  it('reads one of the words and refuses others, naming them', () => {
    const { parse } = oneOf('A mode.', ['json', 'text']);
    expect(parse('json')).toBe('json');
    expect(() => parse('JSON')).toThrow('must be one of json, text');
    expect(() => parse('constructor')).toThrow('must be one of json, text');
  });
});

describe('list', () => {
  it('reads words between commas and drops blanks', () => {
    expect(list('Origins.').parse(' https://a.example , ,https://b.example,')).toEqual([
      'https://a.example',
      'https://b.example',
    ]);
  });
});

describe('pem', () => {
  const { parse } = pem('A public key.', 'PUBLIC KEY');
  const pair = generateKeyPairSync('ed25519');
  const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();

  it('reads a document on several lines, or on one with \\n', () => {
    expect(parse(publicKey)).toBe(publicKey);
    expect(parse(publicKey.replaceAll('\n', '\\n'))).toBe(publicKey);
  });

  it('refuses a document of another kind and does not print it', () => {
    const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(() => parse(privateKey)).toThrow(/^must be a PEM document \(PUBLIC KEY\)$/);
    expect(() => parse('MCowBQYDK2VwAyEA')).toThrow('must be a PEM document (PUBLIC KEY)');
  });
});
