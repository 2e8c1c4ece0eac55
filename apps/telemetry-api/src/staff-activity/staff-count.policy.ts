import type { AuditEvent } from '@restartix/contracts';

/** What is counted of an entry of the log. */
export type Doing = Pick<
  AuditEvent,
  'organization_id' | 'user_id' | 'user_role' | 'action' | 'resource_type'
> & { timestamp: Date };

/** What somebody of an organization did on a day (UTC) with one kind of thing, so many times. */
export interface StaffCount {
  organization_id: number;
  user_id: string;
  user_role: string;
  day: string;
  activity: string;
  resource_type: string;
  event_count: number;
  first_at: Date;
  last_at: Date;
}

/** Roles of people who work for an organization or for the platform. A patient is none. */
const STAFF_ROLES: ReadonlySet<string> = new Set([
  'specialist',
  'assistant',
  'org_admin',
  'compliance',
  'superadmin',
]);

/** Counts what staff did. */
export function countsOf(entries: readonly Doing[]): StaffCount[] {
  const counts = new Map<string, StaffCount>();
  for (const { organization_id, user_id, user_role, action, resource_type, timestamp } of entries) {
    if (user_id === null || !STAFF_ROLES.has(user_role)) continue;
    const day = timestamp.toISOString().slice(0, 10);
    const key = [organization_id, user_id, user_role, day, action, resource_type].join();
    const known = counts.get(key);
    if (known) {
      known.event_count += 1;
      if (timestamp < known.first_at) known.first_at = timestamp;
      if (timestamp > known.last_at) known.last_at = timestamp;
      continue;
    }
    const what = { organization_id, user_id, user_role, day, activity: action, resource_type };
    counts.set(key, { ...what, event_count: 1, first_at: timestamp, last_at: timestamp });
  }
  return [...counts.values()];
}
