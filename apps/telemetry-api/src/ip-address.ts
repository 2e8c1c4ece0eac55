import { isIP } from 'node:net';

/** 2001:db8::/48 keeps three groups of sixteen bits. */
const KEPT_GROUPS = 3;

/** The eight 16-bit groups of a valid IPv6 address. */
function groups(address: string): number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const [, front, a, b, c, d] = dotted ?? [];
  const pair = (high?: string, low?: string) => (Number(high) * 256 + Number(low)).toString(16);
  const plain = dotted ? `${front}${pair(a, b)}:${pair(c, d)}` : address;
  const [left = '', right] = plain.split('::');
  const words = (half: string) => (half ? half.split(':').map((word) => parseInt(word, 16)) : []);
  const before = words(left);
  const after = words(right ?? '');
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

/** The first longest run of two or more zero groups: where `::` goes. */
function longestZeros(words: number[]): { start: number; length: number } {
  let best = { start: -1, length: 1 };
  for (let start = 0; start < words.length; start += 1) {
    let length = 0;
    while (words[start + length] === 0) length += 1;
    if (length > best.length) best = { start, length };
  }
  return best;
}

/** Whether PostgreSQL prints the last 32 bits as a dotted quad. */
function embedsIpv4(words: number[], zeros: { start: number; length: number }): boolean {
  return zeros.start === 0 && (zeros.length === 6 || (zeros.length === 5 && words[5] === 0xffff));
}

function printIpv6(words: number[]): string {
  const zeros = longestZeros(words);
  const hex = (from: number, to?: number) => words.slice(from, to).map((word) => word.toString(16));
  if (embedsIpv4(words, zeros)) {
    const bytes = [words[6] ?? 0, words[7] ?? 0].flatMap((word) => [word >> 8, word & 255]);
    return `::${zeros.length === 5 ? 'ffff:' : ''}${bytes.join('.')}`;
  }
  if (zeros.start < 0) return hex(0).join(':');
  return `${hex(0, zeros.start).join(':')}::${hex(zeros.start + zeros.length).join(':')}`;
}

/**
 * An address in the one form the store keeps: lower case, no mask, no zone, IPv6 compressed exactly as PostgreSQL
 * prints an inet. Null for a text that is no single address.
 */
export function canonicalAddress(text: string): string | null {
  const bare = text.replace(/%.*$/, '');
  const address = bare.replace(bare.includes(':') ? /\/128$/ : /\/32$/, '');
  const family = isIP(address);
  if (family === 0) return null;
  return family === 4 ? address : printIpv6(groups(address));
}

/** IPv4 behind an IPv4-mapped IPv6 address (::ffff:192.0.2.1); any other address as it is. */
export function unmapped(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1] ?? address;
}

/**
 * The network an address lies in: /24 of IPv4, /48 of IPv6, written as its first address (203.0.113.0, 2001:db8::).
 * Null for a text that is no address.
 */
export function truncatedAddress(text: string): string | null {
  const canonical = canonicalAddress(text);
  if (canonical === null) return null;
  const address = unmapped(canonical);
  if (isIP(address) === 4) return address.replace(/\.\d+$/, '.0');
  return printIpv6(groups(address).map((word, index) => (index < KEPT_GROUPS ? word : 0)));
}
