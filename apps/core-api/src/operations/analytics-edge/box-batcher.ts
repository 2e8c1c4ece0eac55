import type { AnalyticsIngestResponse } from '@restartix/contracts';

export type BoxResult = AnalyticsIngestResponse['results'][number];

export interface BatchLimits {
  /** Most boxes in a batch. */
  boxes: number;
  /** Most characters in a batch; a box that is larger travels alone. */
  characters: number;
  /** How long the first box of a batch waits for others. */
  delayMs: number;
}

interface Waiting {
  box: string;
  resolve: (result: BoxResult) => void;
  reject: (error: unknown) => void;
}

/**
 * Gathers boxes and sends them in batches, one batch at a time: while one is on its way, or waits for the other side
 * to come back, the next gathers. Each caller gets the result of its own box.
 */
export class BoxBatcher {
  private waiting: Waiting[] = [];
  private timer: NodeJS.Timeout | undefined;
  private isSending = false;

  constructor(
    private readonly send: (boxes: string[]) => Promise<BoxResult[]>,
    private readonly limits: BatchLimits,
  ) {}

  /** The result of one box; throws what sending its batch threw. */
  add(box: string): Promise<BoxResult> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ box, resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.isSending || this.waiting.length === 0) return;
    if (this.waiting.length >= this.limits.boxes) void this.flush();
    else this.timer ??= setTimeout(() => void this.flush(), this.limits.delayMs);
  }

  private async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.isSending = true;
    const batch = this.take();
    try {
      const results = await this.send(batch.map(({ box }) => box));
      batch.forEach(({ resolve, reject }, index) => {
        const result = results[index];
        if (result) resolve(result);
        else reject(new Error('A box was left without a result'));
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.isSending = false;
      this.schedule();
    }
  }

  private take(): Waiting[] {
    let characters = 0;
    let count = 0;
    for (const { box } of this.waiting.slice(0, this.limits.boxes)) {
      characters += box.length;
      if (count > 0 && characters > this.limits.characters) break;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }
}
