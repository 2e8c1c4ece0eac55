/**
 * The data format inside MaxMind DB files, as far as these files use it. Source: the MaxMind DB file format
 * specification 2.0.
 */
export type MmdbValue = string | number | bigint | MmdbValue[] | { [key: string]: MmdbValue };

interface Read {
  value: MmdbValue;
  next: number;
}

const POINTER = 1;
const TEXT = 2;
const DOUBLE = 3;
const UINT16 = 5;
const UINT32 = 6;
const MAP = 7;
const UINT64 = 9;
const ARRAY = 11;

/** Reads the value at an offset of a data section; pointers count from `base`. */
export function readValue(bytes: Buffer, at: number, base: number): Read {
  const control = bytes.readUInt8(at);
  let type = control >> 5;
  let next = at + 1;
  if (type === POINTER) return readPointer(bytes, at, base);
  if (type === 0) type = 7 + bytes.readUInt8(next++);
  let size = control & 31;
  if (size === 29) size = 29 + bytes.readUInt8(next++);
  else if (size > 29) throw new Error('A value of this length is not expected here.');
  if (type === MAP) return readMap(bytes, next, size, base);
  if (type === ARRAY) return readArray(bytes, next, size, base);
  return { value: readScalar(bytes, next, size, type), next: next + size };
}

function readScalar(bytes: Buffer, at: number, size: number, type: number): MmdbValue {
  if (type === TEXT) return bytes.toString('utf8', at, at + size);
  if (type === DOUBLE) return bytes.readDoubleBE(at);
  if ([UINT16, UINT32, UINT64].includes(type)) {
    const hex = bytes.toString('hex', at, at + size);
    return Number(`0x${hex || '0'}`);
  }
  throw new Error(`A value of type ${type} is not expected here.`);
}

function readPointer(bytes: Buffer, at: number, base: number): Read {
  const control = bytes.readUInt8(at);
  const length = ((control >> 3) & 3) + 1;
  const high = length === 4 ? 0 : (control & 7) * 2 ** (8 * length);
  const offset = [0, 0, 2048, 526336, 0][length] as number;
  const target = high + bytes.readUIntBE(at + 1, length) + offset;
  return { value: readValue(bytes, base + target, base).value, next: at + 1 + length };
}

function readMap(bytes: Buffer, at: number, size: number, base: number): Read {
  const value: { [key: string]: MmdbValue } = {};
  let next = at;
  for (let entry = 0; entry < size; entry++) {
    const key = readValue(bytes, next, base);
    const content = readValue(bytes, key.next, base);
    value[String(key.value)] = content.value;
    next = content.next;
  }
  return { value, next };
}

function readArray(bytes: Buffer, at: number, size: number, base: number): Read {
  const value: MmdbValue[] = [];
  let next = at;
  for (let entry = 0; entry < size; entry++) {
    const item = readValue(bytes, next, base);
    value.push(item.value);
    next = item.next;
  }
  return { value, next };
}

/** Writes a value; whole numbers as uint32, other numbers as doubles, bigints as uint64. */
export function writeValue(value: MmdbValue): Buffer {
  if (typeof value === 'string')
    return Buffer.concat([head(TEXT, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'number')
    return Number.isInteger(value) && value >= 0 ? writeInteger(UINT32, BigInt(value)) : writeDouble(value);
  if (typeof value === 'bigint') return writeInteger(UINT64, value);
  if (Array.isArray(value)) return Buffer.concat([head(ARRAY, value.length), ...value.map(writeValue)]);
  const entries = Object.entries(value);
  const parts = entries.flatMap(([key, content]) => [writeValue(key), writeValue(content)]);
  return Buffer.concat([head(MAP, entries.length), ...parts]);
}

function writeInteger(type: number, value: bigint): Buffer {
  const hex = value === 0n ? '' : value.toString(16);
  const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
  return Buffer.concat([head(type, bytes.length), bytes]);
}

function writeDouble(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return Buffer.concat([head(DOUBLE, bytes.length), bytes]);
}

function head(type: number, size: number): Buffer {
  if (size > 284) throw new Error('A value of this length cannot be written.');
  const extended = type > 7;
  const long = size >= 29;
  return Buffer.from([
    (extended ? 0 : type << 5) | (long ? 29 : size),
    ...(extended ? [type - 7] : []),
    ...(long ? [size - 29] : []),
  ]);
}
