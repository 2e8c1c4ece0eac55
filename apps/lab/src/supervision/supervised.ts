import { setTimeout as sleep } from 'node:timers/promises';
import type { Child, Running } from '@restartix/embedded';

export interface SupervisedOptions {
  /** Starts it, always on the same port. */
  start: (onSpawn: (child: Child) => void) => Promise<Running>;
  onSpawn: (child: Child) => void;
  /** Whenever it has become ready, the first time included. */
  onUp: () => void;
  /** Whenever it has ended without being asked to. */
  onDown: () => void;
  /** A restart that failed; it is tried again. */
  onFailure: (error: Error) => void;
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2000;

/** A child that comes back whenever it ends, until it is stopped. */
export class Supervised {
  /** How often it has come back. */
  restarts = 0;
  #running?: Running;
  #starting?: Promise<Running>;
  #child?: Child;
  #stopping = false;
  #killWhenUp: NodeJS.Signals[] = [];
  #waiting: (() => void)[] = [];
  /** Whoever would start it again waits here while it is held. */
  #held?: { released: Promise<void>; release: () => void };

  constructor(private readonly options: SupervisedOptions) {}

  get pid(): number {
    return this.#running?.pid ?? this.#child?.pid ?? 0;
  }

  get isUp(): boolean {
    return this.#running !== undefined;
  }

  /** Starts it for the first time. Throws when that fails. */
  async begin(): Promise<void> {
    this.#up(await this.#launch());
  }

  /** Resolves as soon as it is up and no kill is due. */
  whenUp(): Promise<void> {
    return this.isUp ? Promise.resolve() : new Promise((resolve) => void this.#waiting.push(resolve));
  }

  /** Sends a signal now; to one that is just coming back, as soon as it is up. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    if (!this.#running) {
      this.#killWhenUp.push(signal);
      return;
    }
    const victim = this.#running;
    if (signal === 'SIGKILL') this.#running = undefined; // from here on whenUp() waits for the next one
    victim.kill(signal);
  }

  /** Ends it and keeps it from coming back; resolves when it is gone. */
  async hold(): Promise<void> {
    const running = this.#running;
    if (!running || this.#held) throw new Error('Only what is up can be held down');
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    this.#held = { released, release };
    this.kill();
    await running.exited;
  }

  /** Lets it come back. */
  release(): void {
    this.#held?.release();
    this.#held = undefined;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.release();
    await this.#child?.stop();
    await this.#starting?.catch(() => undefined);
    await this.#child?.stop(); // a start that was between two attempts
  }

  async #launch(): Promise<Running> {
    this.#starting = this.options.start((child) => {
      this.#child = child;
      this.options.onSpawn(child);
    });
    try {
      return await this.#starting;
    } finally {
      this.#starting = undefined;
    }
  }

  #up(running: Running): void {
    this.#running = running;
    void running.exited.then(() => this.#ended(running));
    if (this.#stopping) return;
    this.options.onUp();
    const due = this.#killWhenUp.shift();
    if (due) return this.kill(due);
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #ended(running: Running): void {
    if (this.#running === running) this.#running = undefined;
    if (this.#stopping) return;
    this.options.onDown();
    void this.#revive();
  }

  async #revive(): Promise<void> {
    await this.#held?.released;
    for (let pause = FIRST_PAUSE_MS; !this.#stopping; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        const running = await this.#launch();
        this.restarts += 1;
        return this.#up(running);
      } catch (error) {
        if (this.#stopping) return;
        this.options.onFailure(error as Error);
        await sleep(pause);
      }
    }
  }
}
