import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, SocketAddress } from 'node:net';

const MAPPED = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;

/** An address in its one form (IPv4 plain, IPv6 compressed, lower case, without zone), or null when it is none. */
function canonical(text: string): string | null {
  const plain = MAPPED.exec(text)?.[1] ?? text;
  const version = isIP(plain);
  if (version === 4) return plain;
  if (version !== 6) return null;
  const address = new SocketAddress({ address: plain.replace(/%.*$/, ''), family: 'ipv6' }).address;
  return MAPPED.exec(address)?.[1] ?? address;
}

function addTo(list: BlockList, entry: string): void {
  const [address = '', bits] = entry.split('/');
  const version = isIP(address);
  const widest = version === 4 ? 32 : 128;
  const prefix = bits === undefined ? widest : Number(/^\d+$/.test(bits) ? bits : Number.NaN);
  if (version === 0 || !(prefix <= widest))
    throw new Error(`TRUSTED_PROXIES: "${entry}" is no address or CIDR block`);
  list.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6');
}

/**
 * Finds the address of the client. `X-Forwarded-For` is read from its near end, and only as long as the hop that
 * wrote it is one of the trusted proxies; with no trusted proxy it is never read.
 */
export function clientAddressReader(
  trustedProxies: readonly string[],
): (request: IncomingMessage) => string | null {
  const trusted = new BlockList();
  for (const entry of trustedProxies) addTo(trusted, entry);
  const isTrusted = (address: string) => trusted.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');

  return (request) => {
    const { remoteAddress } = request.socket;
    if (!remoteAddress) return null;
    let address = canonical(remoteAddress) ?? remoteAddress;
    const forwarded = request.headers['x-forwarded-for'];
    if (trustedProxies.length === 0 || forwarded === undefined) return address;
    const hops = String(forwarded).split(',');
    for (const text of hops.reverse()) {
      const hop = isTrusted(address) ? canonical(text.trim()) : null;
      if (hop === null) break;
      address = hop;
    }
    return address;
  };
}
