import { createSocket, type Socket } from 'node:dgram';

const HEADER_BYTES = 12;
const TYPE_TXT = 16;
const CLASS_IN = 1;
/** Response, authoritative; the code stands in the last four bits (RFC 1035, 4.1.1). */
const RESPONSE = 0x8400;
const CODES = { noError: 0, serverFailure: 2, nameError: 3, refused: 5 } as const;
const POINTER_TO_QUESTION = 0xc000 | HEADER_BYTES;

interface Question {
  name: string;
  type: number;
  /** The bytes of the question as they came. */
  bytes: Buffer;
}

/** A name server on loopback that knows TXT records it is told of: RFC 1035 over UDP, one question a message. */
export class DnsLab {
  readonly #records = new Map<string, string[]>();
  /** Answers every question with a failure, as a broken server does. */
  isBroken = false;
  #socket: Socket | undefined;

  /** `address:port` to be asked at. */
  get server(): string {
    const { address, port } = this.#bound.address();
    return `${address}:${port}`;
  }

  async start(): Promise<void> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    socket.on('message', (message, { port, address }) => socket.send(this.#answer(message), port, address));
    this.#socket = socket;
  }

  async stop(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket) await new Promise<void>((resolve) => socket.close(resolve));
  }

  /** Publishes one more TXT record under a name. */
  publish(name: string, value: string): void {
    this.#records.set(name.toLowerCase(), [...(this.#records.get(name.toLowerCase()) ?? []), value]);
  }

  /** Takes every record of a name away. */
  withdraw(name: string): void {
    this.#records.delete(name.toLowerCase());
  }

  get #bound(): Socket {
    if (!this.#socket) throw new Error('The name server is not started');
    return this.#socket;
  }

  #answer(message: Buffer): Buffer {
    const question = readQuestion(message);
    const values = this.#records.get(question.name.toLowerCase());
    if (this.isBroken) return reply(message, question, CODES.serverFailure, []);
    if (!values) return reply(message, question, CODES.nameError, []);
    return reply(message, question, CODES.noError, question.type === TYPE_TXT ? values : []);
  }
}

function readQuestion(message: Buffer): Question {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const end = at + 5; // the root label, the type and the class
  return {
    name: labels.join('.'),
    type: message.readUInt16BE(at + 1),
    bytes: message.subarray(HEADER_BYTES, end),
  };
}

function reply(
  message: Buffer,
  question: Question,
  code: (typeof CODES)[keyof typeof CODES],
  values: readonly string[],
): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(message.readUInt16BE(0), 0);
  header.writeUInt16BE(RESPONSE | (message.readUInt16BE(2) & 0x0100) | code, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(values.length, 6);
  return Buffer.concat([header, question.bytes, ...values.map(textRecord)]);
}

/** A TXT record is character strings of at most 255 bytes each (RFC 1035, 3.3.14). */
function textRecord(value: string): Buffer {
  const text = Buffer.from(value, 'utf8');
  const strings: Buffer[] = [];
  for (let at = 0; at === 0 || at < text.length; at += 255) {
    const part = text.subarray(at, at + 255);
    strings.push(Buffer.from([part.length]), part);
  }
  const data = Buffer.concat(strings);
  const head = Buffer.alloc(12);
  head.writeUInt16BE(POINTER_TO_QUESTION, 0);
  head.writeUInt16BE(TYPE_TXT, 2);
  head.writeUInt16BE(CLASS_IN, 4);
  head.writeUInt32BE(60, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}
