/** The time, for everything that decides by it: bound once per process, so that a spec can bind one it moves. */
export class Clock {
  now(): Date {
    return new Date();
  }
}
