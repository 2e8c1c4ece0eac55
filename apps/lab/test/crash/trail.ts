import type { Database } from '@restartix/database';
import type { Outcome } from './load';

export interface TrailEvent {
  request_id: string | null;
  action: string;
  resource_type: string;
  patient_id: string | null;
  /** Whether it is a change of the record's version: of what the API shows. */
  versioned: boolean;
}

/** Every event of the audit store, whoever's. */
export function readTrail(telemetry: Database): Promise<TrailEvent[]> {
  return telemetry.query<TrailEvent>(
    `select request_id, action, resource_type, patient_id,
            coalesce(details -> 'changes' ? 'version', false) as versioned from audit.audit_logs`,
  );
}

const words = ({
  action,
  resource_type,
  patient_id,
}: Pick<TrailEvent, 'action' | 'resource_type' | 'patient_id'>) =>
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
  const byRequest = eventsByRequest(trail);
  return outcomes
    .map((outcome) => ({
      ...outcome,
      initialPatients: [],
      found: (byRequest.get(outcome.requestId) ?? []).sort(),
    }))
    .filter((outcome) => !isRight(outcome, outcome.found));
}

function isRight(outcome: Outcome, found: string[]): boolean {
  if (outcome.status === null) return found.length === 0 || found.length === WHOLE[outcome.kind];
  return JSON.stringify(found) === JSON.stringify(declared(outcome));
}

function eventsByRequest(trail: readonly TrailEvent[]): Map<string, string[]> {
  const byRequest = new Map<string, string[]>();
  for (const event of trail) {
    if (!event.request_id?.startsWith('crash-') || event.action === 'key_use') continue;
    byRequest.set(event.request_id, [...(byRequest.get(event.request_id) ?? []), words(event)]);
  }
  return byRequest;
}
