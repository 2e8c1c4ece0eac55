import type { MemberRole } from '@restartix/contracts';
import type { ProvisionedOrganization } from '@restartix/testing';
import type { RecordThings } from './record-things';
import type { ConsentThings, WaitlistThings } from './things';

/** A request that succeeds for the owner of what it names. */
export interface Example {
  role: MemberRole | 'superadmin';
  path: string;
  body?: object;
  /** Its query or body names things of the organization: a stranger must not find them either. */
  names?: boolean;
}

/** What the examples name, of one organization. */
export interface Things extends ProvisionedOrganization {
  /** An event of its trail. */
  eventId: string;
  /** An event that the audit store refused. */
  deadLetterId: string;
  /** An open security alert. */
  securityAlertId: string;
  /** An open exercise session of the patient. */
  exerciseSessionId: string;
  /** API keys of the organization, as many as examples use up; none where no example needs to succeed. */
  apiKeys?: { toRotate: string[]; toRevoke: string[] };
  /** Who waits and was offered times, as many as examples use up. */
  waitlist?: WaitlistThings;
  /** Texts to sign, and consents of the first patient, as many as examples use up. */
  consents?: ConsentThings;
  /** What is kept with the first patient's record, as much as examples use up. */
  record?: RecordThings;
}

/** A time of its own for everything that is booked, where nothing else is. */
export const startAhead = (number: number): string =>
  new Date(Date.UTC(new Date().getUTCFullYear() + 2, 0, 1) + number * 3_600_000).toISOString();

const used = new Map<string, number>();

/** The next of things that can be used once. */
export function fresh(ids: readonly string[]): string {
  const count = used.get(ids[0] ?? '') ?? 0;
  used.set(ids[0] ?? '', count + 1);
  return ids[count % ids.length] ?? '';
}
