import { connect, type Socket } from 'node:net';

const HEAD_END = '\r\n\r\n';
const LENGTH = /\r\ncontent-length: (\d+)\r\n/i;

/** One kept-alive HTTP/1.1 connection that sends a request at a time. Far cheaper than an HTTP client: it shares the machine with what it measures. */
export class HttpConnection {
  private received: Buffer = Buffer.alloc(0);
  private answered: ((status: number) => void) | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.receive(bytes));
    socket.on('error', () => undefined);
    socket.on('close', () => this.answer(0));
  }

  static open(port: number): Promise<HttpConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new HttpConnection(socket));
      });
    });
  }

  get isOpen(): boolean {
    return !this.socket.destroyed;
  }

  /** Resolves with the status when the whole answer is there; 0 when the connection broke. */
  send(request: string): Promise<number> {
    return new Promise((resolve) => {
      this.answered = resolve;
      this.socket.write(request);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private receive(bytes: Buffer): void {
    this.received = this.received.length === 0 ? bytes : Buffer.concat([this.received, bytes]);
    const headEnd = this.received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.received.toString('latin1', 0, headEnd + 2);
    const length = LENGTH.exec(head)?.[1];
    if (length === undefined)
      throw new Error('An answer without Content-Length cannot be told from its successor');
    if (this.received.length < headEnd + HEAD_END.length + Number(length)) return;
    this.received = Buffer.alloc(0);
    this.answer(Number(head.slice(9, 12)));
  }

  private answer(status: number): void {
    const resolve = this.answered;
    this.answered = undefined;
    resolve?.(status);
  }
}
