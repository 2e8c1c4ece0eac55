import type { Database } from '@restartix/database';
import type { Outcome } from './load';

export interface TrailEvent {
  request_id: string | null;
  action: string;
  resource_type: string;
  patient_id: string | null;
}

/** Every event of the audit store, whoever's. */
export function readTrail(telemetry: Database): Promise<TrailEvent[]> {
  return telemetry.query<TrailEvent>(
    'select request_id, action, resource_type, patient_id from audit.audit_logs',
  );
}

const words = ({ action, resource_type, patient_id }: Omit<TrailEvent, 'request_id'>) =>
  `${action} ${resource_type} ${patient_id ?? '-'}`;

/** What the route of an answered request declares. */
function declared({ kind, patients }: Outcome): string[] {
  const about = (action: string) =>
    patients.map((patient_id) => words({ action, resource_type: 'patient', patient_id }));
  if (kind !== 'create') return about(kind).sort();
  const patient_id = patients[0] ?? null;
  return [
    ...about('create'),
    words({ action: 'create', resource_type: 'patient_person', patient_id: null }),
    words({ action: 'create', resource_type: 'care_relationship', patient_id }),
  ].sort();
}

/** How many events a whole unanswered request would have left; searches show five. */
const WHOLE: Readonly<Record<Outcome['kind'], number>> = { view: 1, update: 1, search: 5, create: 3 };

/** Requests whose events are not what they must be; the trail also holds work of no request (keys opened). */
export function trailFaults(outcomes: readonly Outcome[], trail: readonly TrailEvent[]): object[] {
  const byRequest = new Map<string, string[]>();
  for (const event of trail) {
    if (!event.request_id?.startsWith('crash-') || event.action === 'key_use') continue;
    const events = byRequest.get(event.request_id);
    if (events) events.push(words(event));
    else byRequest.set(event.request_id, [words(event)]);
  }
  const faults: object[] = [];
  for (const outcome of outcomes) {
    const found = (byRequest.get(outcome.requestId) ?? []).sort();
    const expected = declared(outcome);
    const right =
      outcome.status === null
        ? found.length === 0 || found.length === WHOLE[outcome.kind]
        : JSON.stringify(found) === JSON.stringify(expected);
    if (!right) faults.push({ ...outcome, initialPatients: [], found, expected });
  }
  return faults;
}
