import { createInterface } from 'node:readline';
import { createDoor } from './door';
import { Engine } from './engine';

/** What the parent writes on standard input, one line of JSON: a password does not belong on a command line. */
export interface DoorInput {
  path: string;
  port: number;
  user: string;
  password: string;
}

/** The process: opens the engine, listens on loopback, ends on SIGTERM or when the parent is gone. */
function main(): void {
  const input = createInterface({ input: process.stdin });
  input.once('line', (line) => {
    const { path, port, user, password } = JSON.parse(line) as DoorInput;
    const engine = new Engine(path);
    const server = createDoor(engine, { user, password });
    server.listen(port, '127.0.0.1', () => process.stdout.write(`listening on ${port}\n`));
    const end = () => {
      server.close(() => {
        engine.close();
        process.exit(0);
      });
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), 5000).unref();
    };
    process.once('SIGTERM', end);
    input.once('close', end);
  });
}

main();
