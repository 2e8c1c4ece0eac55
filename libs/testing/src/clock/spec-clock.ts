import { Clock } from '@restartix/context';

/** A clock that stands still until it is moved. */
export class SpecClock extends Clock {
  constructor(private at: Date = new Date('2026-03-02T09:00:00.000Z')) {
    super();
  }

  override now(): Date {
    return new Date(this.at);
  }

  /** Moves it forward. */
  advance(milliseconds: number): void {
    this.at = new Date(this.at.getTime() + milliseconds);
  }

  set(at: Date): void {
    this.at = at;
  }
}

export const SECONDS = 1000;
export const MINUTES = 60 * SECONDS;
export const HOURS = 60 * MINUTES;
