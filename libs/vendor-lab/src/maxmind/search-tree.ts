import { isIPv4 } from 'node:net';

const EMPTY = -1;
/** Data records are negative and below EMPTY: entry n is FIRST_DATA - n. */
const FIRST_DATA = -2;
const IPV4_PREFIX = 96;

/** Bits of an address, most significant first; IPv4 lies in ::/96. */
function bitsOf(address: string): number[] {
  const bytes = isIPv4(address)
    ? [...Array<number>(12).fill(0), ...address.split('.').map(Number)]
    : ipv6Bytes(address);
  return bytes.flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((bit) => (byte >> bit) & 1));
}

function ipv6Bytes(address: string): number[] {
  const [left = '', right = ''] = address.split('::');
  const words = (half: string) => (half ? half.split(':').map((word) => Number.parseInt(word, 16)) : []);
  const [before, after] = [words(left), words(right)];
  const all = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  return all.flatMap((word) => [word >> 8, word & 255]);
}

/** The search tree of a MaxMind DB in a form that can be added to: two records a node. */
export class SearchTree {
  private constructor(
    private records: Int32Array,
    private nodes: number,
  ) {}

  /** Reads a tree; `entryOf` numbers the data that a pointer stands for. */
  static read(
    bytes: Buffer,
    nodes: number,
    recordBytes: number,
    entryOf: (pointer: number) => number,
  ): SearchTree {
    const records = new Int32Array(nodes * 2);
    for (let index = 0; index < records.length; index += 1) {
      const value = bytes.readUIntBE(index * recordBytes, recordBytes);
      if (value === nodes) records[index] = EMPTY;
      else records[index] = value < nodes ? value : FIRST_DATA - entryOf(value);
    }
    return new SearchTree(records, nodes);
  }

  get nodeCount(): number {
    return this.nodes;
  }

  /** Puts a network over whatever covered it; what lies around it stays. */
  insert(network: string, entry: number): void {
    const [address = '', prefix] = network.split('/');
    const length = Number(prefix) + (isIPv4(address) ? IPV4_PREFIX : 0);
    const bits = bitsOf(address);
    let at = 0;
    for (let depth = 0; depth < length - 1; depth += 1) {
      const record = at * 2 + (bits[depth] ?? 0);
      const next = this.records[record] ?? EMPTY;
      at = next >= 0 ? next : this.split(record, next);
    }
    this.records[at * 2 + (bits[length - 1] ?? 0)] = FIRST_DATA - entry;
  }

  /** The tree as the file format writes it; `offsets` are the places of the entries in the data section. */
  write(recordBytes: number, separator: number, offsets: readonly number[]): Buffer {
    const bytes = Buffer.alloc(this.nodes * 2 * recordBytes);
    for (let index = 0; index < this.nodes * 2; index += 1) {
      const record = this.records[index] ?? EMPTY;
      const data =
        record <= FIRST_DATA ? this.nodes + separator + (offsets[FIRST_DATA - record] ?? 0) : this.nodes;
      bytes.writeUIntBE(record >= 0 ? record : data, index * recordBytes, recordBytes);
    }
    return bytes;
  }

  /** A new node whose halves are both what its record was. */
  private split(record: number, value: number): number {
    const node = this.nodes;
    this.nodes += 1;
    if (this.nodes * 2 > this.records.length) {
      const larger = new Int32Array(this.records.length + 4096);
      larger.set(this.records);
      this.records = larger;
    }
    this.records[node * 2] = value;
    this.records[node * 2 + 1] = value;
    this.records[record] = node;
    return node;
  }
}
