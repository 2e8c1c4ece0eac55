import { readFileSync } from 'node:fs';
import { Clock } from '@restartix/context';

/** For specs that run core-api as a process: goes ahead of the machine's time by the milliseconds a file holds. */
export class LabClock extends Clock {
  constructor(private readonly file: string) {
    super();
  }

  override now(): Date {
    return new Date(Date.now() + this.aheadMs());
  }

  override aheadMs(): number {
    return Number(readFileSync(this.file, 'utf8'));
  }
}
