import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { TookTooLongError, within } from './within';

describe('waiting for an answer', () => {
  let server: Server;
  let here: Socket;
  let there: Socket;

  beforeAll(async () => {
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
    here = connect((server.address() as AddressInfo).port, '127.0.0.1');
    there = await accepted;
  });

  afterAll(() => {
    here.destroy();
    there.destroy();
    return new Promise((resolve) => server.close(resolve));
  });

  it('ends when there is none', async () => {
    await expect(within(20, new Promise(() => undefined))).rejects.toThrow(TookTooLongError);
    await expect(within(20, Promise.reject(new Error('said no')))).rejects.toThrow('said no');
  });

  it('takes one that came while the process was busy', async () => {
    const answer = new Promise<string>((resolve) => here.once('data', (data) => resolve(data.toString())));
    const waiting = within(30, answer);
    setImmediate(() => {
      there.write('answer');
      const busyUntil = Date.now() + 100;
      while (Date.now() < busyUntil);
    });
    await expect(waiting).resolves.toBe('answer');
  });
});
