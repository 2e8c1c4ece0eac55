import { renameSync, writeFileSync } from 'node:fs';

/** The clock of services that run as processes: a file that says how far ahead of the machine's it goes. */
export class ProcessClock {
  private ahead = 0;

  constructor(private readonly file: string) {
    this.write();
  }

  /** What a service needs in its environment to go by this clock. */
  get environment(): Record<string, string> {
    return { NODE_ENV: 'test', LAB_CLOCK_FILE: this.file };
  }

  now(): Date {
    return new Date(Date.now() + this.ahead);
  }

  /** Moves the time of every process that goes by it, at once. */
  advance(milliseconds: number): void {
    this.ahead += milliseconds;
    this.write();
  }

  /** By a rename: nobody reads half a file. */
  private write(): void {
    writeFileSync(`${this.file}.next`, String(this.ahead));
    renameSync(`${this.file}.next`, this.file);
  }
}
