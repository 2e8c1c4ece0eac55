import { isKeyOf, lookupIn, mintApiKey, prefixOf } from './api-key-text';

/** What a scanner of secrets is told to look for. */
const SCANNED = /^rx_(live|test)_[0-9A-Za-z]{60}$/;

describe('the text of an API key', () => {
  it('is known by its form, found by its beginning and never the same twice', () => {
    const minted = Array.from({ length: 200 }, () => mintApiKey('live'));
    for (const { key, lookup, hash } of minted) {
      expect(key).toMatch(SCANNED);
      expect(lookupIn(key, 'live')).toBe(lookup);
      expect(key.startsWith(prefixOf(lookup, 'live'))).toBe(true);
      expect(hash).toMatch(/^[0-9a-f]{64}$/);
      expect(key).not.toContain(hash);
    }
    expect(new Set(minted.map(({ lookup }) => lookup)).size).toBe(200);
    expect(new Set(minted.map(({ key }) => key.slice(19, 62))).size).toBe(200);
  });

  it('of a lab opens nothing in production, nor the other way round', () => {
    expect(lookupIn(mintApiKey('test').key, 'live')).toBeNull();
    expect(lookupIn(mintApiKey('live').key, 'test')).toBeNull();
  });

  it('is refused for any letter that is not as it was, without a look at what is stored', () => {
    const { key } = mintApiKey('live');
    for (let index = 0; index < key.length; index += 1) {
      const other = key[index] === 'x' ? 'y' : 'x';
      expect(lookupIn(key.slice(0, index) + other + key.slice(index + 1), 'live')).toBeNull();
    }
    for (const text of ['', 'rx_live_', `${key}0`, key.slice(0, -1), ` ${key}`, `${key}\n`])
      expect(lookupIn(text, 'live')).toBeNull();
  });

  it('belongs to its own hash only', () => {
    const [one, two] = [mintApiKey('live'), mintApiKey('live')];
    expect(isKeyOf(one.key, one.hash)).toBe(true);
    expect(isKeyOf(one.key, two.hash)).toBe(false);
    expect(isKeyOf(one.key, '')).toBe(false);
  });
});
