/** Where a lab says what it is doing. */
export interface Progress {
  /** A step that takes time: says that it began, what it came to, and how long it took. */
  step<T>(what: string, work: (note: (state: string) => void) => Promise<T>): Promise<T>;
  say(line: string): void;
}

/** Says nothing: for tests. */
export const SILENT: Progress = { step: (_, work) => work(() => undefined), say: () => undefined };

/** After so long a step says again that it is still running. */
const REMINDER_MS = 5000;

/** Lines for people; the current step is rewritten in place where the output is a terminal. */
export class TerminalProgress implements Progress {
  constructor(private readonly output: NodeJS.WriteStream = process.stdout) {}

  async step<T>(what: string, work: (note: (state: string) => void) => Promise<T>): Promise<T> {
    const began = Date.now();
    const seconds = () => `${((Date.now() - began) / 1000).toFixed(1)} s`;
    let state = '';
    let printed = '';
    const show = () => {
      const line = `  ${what} …${state ? ` ${state}` : ''}`;
      if (this.output.isTTY) this.output.write(`\r\x1b[K${line}`);
      else if (line !== printed) this.say(line);
      printed = line;
    };
    show();
    const reminder = setInterval(() => {
      if (!this.output.isTTY) this.say(`  ${what} … ${state ? `${state}, ` : ''}${seconds()}`);
    }, REMINDER_MS);
    try {
      const result = await work((news) => {
        state = news;
        if (this.output.isTTY) show();
      });
      this.end(`  ${what}: ${seconds()}`);
      return result;
    } catch (error) {
      this.end(`  ${what}: failed after ${seconds()}`);
      throw error;
    } finally {
      clearInterval(reminder);
    }
  }

  say(line: string): void {
    this.output.write(`${line}\n`);
  }

  private end(line: string): void {
    this.output.write(this.output.isTTY ? `\r\x1b[K${line}\n` : `${line}\n`);
  }
}
