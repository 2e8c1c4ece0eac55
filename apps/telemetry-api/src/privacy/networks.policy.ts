import { BlockList, isIP, isIPv4 } from 'node:net';

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** A network in CIDR form, without host bits left to the database to refuse; null for any other text. */
export function readNetwork(
  text: string,
): { address: string; prefix: number; family: 'ipv4' | 'ipv6' } | null {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  const prefix = bits === undefined ? most : Number(bits);
  const isPrefix = bits === undefined || /^\d{1,3}$/.test(bits);
  if (version === 0 || more.length > 0 || !isPrefix || prefix > most) return null;
  return { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' };
}

/** Networks that addresses are looked up in, IPv4 and IPv6. */
export class Networks {
  private readonly list = new BlockList();

  constructor(networks: readonly string[]) {
    for (const text of networks) {
      const network = readNetwork(text);
      if (network) this.list.addSubnet(network.address, network.prefix, network.family);
    }
  }

  /** Whether an address lies in one of them; an IPv4 address written as IPv6 is the IPv4 address. */
  hold(address: string): boolean {
    const plain = MAPPED.exec(address)?.[1] ?? address.replace(/%.*$/, '');
    if (isIP(plain) === 0) return false;
    return this.list.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6');
  }
}
