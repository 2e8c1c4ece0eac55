import { setTimeout as sleep } from 'node:timers/promises';
import { Database } from '@restartix/database';

/** An outbox whose oldest event is younger than this has been caught up with; requests go on all the time. */
const FRESH_S = 2;
const POLL_MS = 200;

interface Mark {
  leaves: number;
  at: number;
}

/** Looks behind the services while they are at work: how much waits, and how far sealing is behind. */
export class Watch {
  /** Most events that waited in the outbox since it was last asked. */
  private most = 0;
  private readonly unsealed = new Map<number, Mark[]>();
  private readonly lags: number[] = [];
  readonly main: Database;
  readonly telemetry: Database;
  private over = false;
  private loop?: Promise<void>;

  constructor(urls: { main: string; telemetry: string }) {
    const applicationName = 'chaos';
    this.main = new Database({ url: urls.main, applicationName, max: 2 });
    this.telemetry = new Database({ url: urls.telemetry, applicationName, max: 2 });
  }

  async open(): Promise<void> {
    await Promise.all([this.main.connect(), this.telemetry.connect()]);
    this.loop = this.repeat();
  }

  async close(): Promise<void> {
    this.over = true;
    await this.loop;
    await Promise.allSettled([this.main.close(), this.telemetry.close()]);
  }

  /** Most events that waited since the last call. */
  takeMost(): number {
    const { most } = this;
    this.most = 0;
    return most;
  }

  /** Resolves when events are delivered as they come and every leaf is sealed soon after. */
  async caughtUp(): Promise<void> {
    while (!(await this.isFresh())) await sleep(POLL_MS);
  }

  /** Resolves when nothing waits any more; for after the load. */
  async emptied(): Promise<void> {
    while ((await this.waiting().catch(() => null))?.depth !== 0) await sleep(POLL_MS);
    while (!(await this.isSealed().catch(() => false))) await sleep(POLL_MS);
  }

  /** How long leaves waited for their checkpoint, in milliseconds, at the half and at 95 of 100 looks. */
  get sealing(): { half: number; most95: number; looks: number } {
    const sorted = [...this.lags].sort((one, other) => one - other);
    const at = (part: number) => sorted[Math.floor((sorted.length - 1) * part)] ?? 0;
    return { half: at(0.5), most95: at(0.95), looks: sorted.length };
  }

  private async repeat(): Promise<void> {
    while (!this.over) {
      await this.look().catch(() => undefined); // a database is away
      await sleep(POLL_MS);
    }
  }

  private async look(): Promise<void> {
    const { depth, age } = await this.waiting();
    this.most = Math.max(this.most, depth);
    const lag = await this.sealingLag();
    if (age < FRESH_S) this.lags.push(lag);
  }

  private async waiting(): Promise<{ depth: number; age: number }> {
    const [row] = await this.main.query<{ depth: number; age: number }>(
      `select count(*)::int as depth,
              coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float8 as age
       from audit_outbox`,
    );
    return row ?? { depth: 0, age: 0 };
  }

  private async isFresh(): Promise<boolean> {
    try {
      const [{ age }, lag] = [await this.waiting(), await this.sealingLag()];
      return age < FRESH_S && lag < FRESH_S * 1000;
    } catch {
      return false;
    }
  }

  private async isSealed(): Promise<boolean> {
    return (await this.heads()).every(({ leaves, sealed }) => leaves === sealed);
  }

  /** How long the oldest leaf that no checkpoint covers has been seen. */
  private async sealingLag(): Promise<number> {
    const now = Date.now();
    let oldest = now;
    for (const { id, leaves, sealed } of await this.heads()) {
      const marks = (this.unsealed.get(id) ?? []).filter((mark) => mark.leaves > sealed);
      if (leaves > sealed && leaves > (marks.at(-1)?.leaves ?? 0)) marks.push({ leaves, at: now });
      this.unsealed.set(id, marks);
      oldest = Math.min(oldest, marks[0]?.at ?? now);
    }
    return now - oldest;
  }

  private heads(): Promise<{ id: number; leaves: number; sealed: number }[]> {
    return this.telemetry.query(
      `select id, coalesce((select leaf_index + 1 from integrity.leaves where organization_id = id
                            order by leaf_index desc limit 1), 0)::int as leaves,
              coalesce((select size from integrity.checkpoints where organization_id = id
                        order by size desc limit 1), 0)::int as sealed
       from unnest(array[0, 1, 2]) as id`,
    );
  }
}
