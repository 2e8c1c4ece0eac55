import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { LoadOrder, LoadReport } from './loader';

/** A program of the benches in a process of its own, that is spoken to by messages. */
export class Companion {
  private readonly child: ChildProcess;

  constructor(program: string, environment: Record<string, string> = {}) {
    this.child = fork(join(__dirname, '..', program), { env: { PATH: process.env.PATH, ...environment } });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** The next thing it says. Throws when it ends instead. */
  listen<T>(): Promise<T> {
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error('A process of the bench has ended by itself'));
      this.child.once('exit', ended);
      this.child.once('message', (message) => {
        this.child.off('exit', ended);
        resolve(message as T);
      });
    });
  }

  tell(message: object): void {
    this.child.send(message);
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }
}

/** The load generator. */
export class Loader extends Companion {
  constructor() {
    super('load/loader.js');
  }

  run(order: LoadOrder): Promise<LoadReport> {
    const report = this.listen<LoadReport>();
    this.tell(order);
    return report;
  }
}
