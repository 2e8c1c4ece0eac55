/** The time, for everything that decides by it: bound once per process, so that a spec can bind one it moves. */
export class Clock {
  now(): Date {
    return new Date();
  }

  /** By how much it is ahead of the machine's time, in milliseconds: what the database adds to its own. */
  aheadMs(): number {
    return 0;
  }
}
