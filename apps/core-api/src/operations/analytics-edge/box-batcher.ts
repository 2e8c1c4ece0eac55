import type { AnalyticsIngestResponse } from '@restartix/contracts';

type Result = AnalyticsIngestResponse['results'][number];

interface Waiting {
  box: string;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/** Gathers boxes for a moment and sends them as one batch; each caller gets the result of its own box. */
export class BoxBatcher {
  private waiting: Waiting[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly send: (boxes: string[]) => Promise<Result[]>,
    private readonly limits: { boxes: number; delayMs: number },
  ) {}

  /** The result of one box; throws what sending its batch threw. */
  add(box: string): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ box, resolve, reject });
      if (this.waiting.length >= this.limits.boxes) this.flush();
      else this.timer ??= setTimeout(() => this.flush(), this.limits.delayMs);
    });
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const batch = this.waiting;
    this.waiting = [];
    this.send(batch.map(({ box }) => box)).then(
      (results) =>
        batch.forEach(({ resolve, reject }, index) => {
          const result = results[index];
          if (result) resolve(result);
          else reject(new Error('A box was left without a result'));
        }),
      (error: unknown) => batch.forEach(({ reject }) => reject(error)),
    );
  }
}
