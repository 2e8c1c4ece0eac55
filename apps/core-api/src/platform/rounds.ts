/** Work that comes round again after a pause, one round at a time, until it is stopped. A failure is told, never thrown. */
export class Rounds {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private stopping = false;

  constructor(
    private readonly pauseMs: number,
    private readonly work: () => Promise<unknown>,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** The first round comes after a pause like the others, unless told otherwise. */
  start(firstAfterMs = this.pauseMs): void {
    if (this.stopping) return;
    this.timer = setTimeout(() => {
      this.round = this.work()
        .catch(this.onFailure)
        .then(() => this.start());
    }, firstAfterMs);
  }

  /** Resolves when the open round has ended. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    await this.round;
  }
}
