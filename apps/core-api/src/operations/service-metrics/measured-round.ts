import type { ApiMetricItem, Role, StaffMetricItem } from '@restartix/contracts';
import { v7 as uuidv7 } from 'uuid';

/** One request, as it was answered. */
export interface Sample {
  /** 0 for a request that belongs to no organization. */
  organizationId: number;
  userId: string | null;
  role: Role;
  method: string;
  route: string;
  status: number;
  durationMs: number;
}

/** What one organization has to hand in. */
export interface Measured {
  api: ApiMetricItem[];
  staff: StaffMetricItem[];
}

const STAFF: ReadonlySet<Role> = new Set<Role>(['specialist', 'assistant', 'org_admin', 'compliance']);
const FAILED = 400;
/** Microseconds are enough, and short to write. */
const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;

/** The requests of some minutes, counted as they come. Holds at most so many; what is more is refused. */
export class MeasuredRound {
  private readonly organizations = new Map<
    number,
    { api: Map<string, ApiMetricItem>; staff: Map<string, StaffMetricItem> }
  >();
  private samples = 0;

  constructor(private readonly most: number) {}

  /** Counts a request; false when the round is full. */
  add(sample: Sample, now: number = Date.now()): boolean {
    if (this.samples >= this.most) return false;
    this.samples += 1;
    const minute = new Date(now - (now % 60_000)).toISOString();
    const { api, staff } = this.of(sample.organizationId);
    addApi(api, sample, minute);
    if (sample.organizationId > 0 && sample.userId !== null && STAFF.has(sample.role))
      addStaff(staff, { ...sample, userId: sample.userId }, minute);
    return true;
  }

  /** What was counted, by organization; the round is empty afterwards. */
  drain(): Map<number, Measured> {
    const measured = new Map(
      [...this.organizations].map(([id, { api, staff }]) => [
        id,
        { api: [...api.values()], staff: [...staff.values()] },
      ]),
    );
    this.organizations.clear();
    this.samples = 0;
    return measured;
  }

  private of(organizationId: number) {
    let found = this.organizations.get(organizationId);
    if (!found) this.organizations.set(organizationId, (found = { api: new Map(), staff: new Map() }));
    return found;
  }
}

function addApi(
  items: Map<string, ApiMetricItem>,
  { method, route, status, durationMs }: Sample,
  minute: string,
): void {
  const key = `${minute} ${method} ${route} ${status}`;
  const known = items.get(key);
  if (known) known.durations_ms.push(rounded(durationMs));
  else
    items.set(key, {
      event_id: uuidv7(),
      minute,
      method,
      route,
      status,
      durations_ms: [rounded(durationMs)],
    });
}

function addStaff(
  items: Map<string, StaffMetricItem>,
  { method, route, status, durationMs, userId, role }: Sample & { userId: string },
  minute: string,
): void {
  const activity = `${method} ${route}`;
  const key = `${minute} ${userId} ${activity}`;
  let item = items.get(key);
  if (!item) {
    item = {
      event_id: uuidv7(),
      minute,
      user_id: userId,
      role,
      activity,
      uses: 0,
      failures: 0,
      duration_ms: 0,
    };
    items.set(key, item);
  }
  item.uses += 1;
  item.failures += status >= FAILED ? 1 : 0;
  item.duration_ms = rounded(item.duration_ms + durationMs);
}
