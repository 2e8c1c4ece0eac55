import { randomBytes, randomUUID } from 'node:crypto';
import type { AuditEvent } from '@restartix/contracts';
import { v7 as uuidv7 } from 'uuid';

/** Every fourth event is a change, with envelopes of the length the service writes. */
const CHANGE_EACH = 4;
/** Of each organization: who appears in its events, at random. */
const PATIENTS = 5_000;
const STAFF = 100;

const envelope = () => `e1.1.${randomBytes(42).toString('base64url')}`;

const ids = (count: number): string[] => Array.from({ length: count }, () => randomUUID());
const anyOf = (list: readonly string[]): string => list[Math.floor(Math.random() * list.length)] as string;

/** Events as core-api sends them: views of patients and changes, of organizations in turn, under one run's name. */
export class EventSource {
  private made = 0;
  private readonly people: { patients: string[]; staff: string[] }[];

  constructor(
    private readonly run: string,
    private readonly organizations: readonly number[],
  ) {
    this.people = organizations.map(() => ({ patients: ids(PATIENTS), staff: ids(STAFF) }));
  }

  /** How many have been made. */
  get count(): number {
    return this.made;
  }

  next(): AuditEvent {
    const number = this.made++;
    const isChange = number % CHANGE_EACH === 0;
    const place = number % this.organizations.length;
    const { patients, staff } = this.people[place] as (typeof this.people)[number];
    const patient = anyOf(patients);
    return {
      event_id: uuidv7(),
      timestamp: new Date().toISOString(),
      organization_id: this.organizations[place] as number,
      user_id: anyOf(staff),
      user_email: `specialist.${number % 97}@clinic.example`,
      user_role: 'specialist',
      action: isChange ? 'update' : 'view',
      resource_type: 'patient',
      resource_id: patient,
      patient_id: patient,
      ip_address: `203.0.113.${number % 250}`,
      user_agent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15',
      request_id: `${this.run}-${number}`,
      success: true,
      details: isChange
        ? { changes: { phone: { old: envelope(), new: envelope() }, version: { old: 1, new: 2 } } }
        : {},
    };
  }

  batch(size: number): AuditEvent[] {
    return Array.from({ length: size }, () => this.next());
  }

  /** So many events in batches that are made when they are asked for. */
  *batches(events: number, size: number): Iterable<AuditEvent[]> {
    for (let left = events; left > 0; left -= size) yield this.batch(Math.min(size, left));
  }
}
