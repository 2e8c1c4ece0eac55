import type { Database } from '@restartix/database';
import { isAcknowledged, type Outcome } from './load';

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

/** Requests whose events are not what they must be. */
export function trailFaults(outcomes: readonly Outcome[], trail: readonly TrailEvent[]): object[] {
  return judged(outcomes, trail).filter(({ missing, more }) => missing + more > 0);
}

/** The same in numbers: acknowledged requests that miss an event or have one too many, and half recorded others. */
export function trailCounts(
  outcomes: readonly Outcome[],
  trail: readonly TrailEvent[],
): { acknowledged: number; lost: number; doubled: number; half: number } {
  const all = judged(outcomes, trail);
  const done = all.filter(isAcknowledged);
  return {
    acknowledged: done.length,
    lost: done.filter(({ missing }) => missing > 0).length,
    doubled: done.filter(({ more }) => more > 0).length,
    half: all.filter((outcome) => !isAcknowledged(outcome) && outcome.missing + outcome.more > 0).length,
  };
}

type Judged = Outcome & { found: string[]; missing: number; more: number };

function judged(outcomes: readonly Outcome[], trail: readonly TrailEvent[]): Judged[] {
  const byRequest = eventsByRequest(trail);
  return outcomes.map((outcome) => {
    const found = (byRequest.get(outcome.requestId) ?? []).sort();
    return { ...outcome, initialPatients: [], found, ...differenceOf(outcome, found) };
  });
}

/** An acknowledged request has exactly its events; of any other there are all or none. */
function differenceOf(outcome: Outcome, found: readonly string[]): { missing: number; more: number } {
  if (!isAcknowledged(outcome)) {
    const whole = found.length === 0 || found.length === WHOLE[outcome.kind];
    return { missing: whole ? 0 : 1, more: 0 };
  }
  const left = [...found];
  let missing = 0;
  for (const event of declared(outcome)) {
    const at = left.indexOf(event);
    if (at < 0) missing += 1;
    else left.splice(at, 1);
  }
  return { missing, more: left.length };
}

/** What the requests are about; the trail also holds refusals, sessions and keys that were opened on the way. */
const SUBJECTS = ['patient', 'patient_person', 'care_relationship'];

function eventsByRequest(trail: readonly TrailEvent[]): Map<string, string[]> {
  const byRequest = new Map<string, string[]>();
  for (const event of trail) {
    const own = SUBJECTS.includes(event.resource_type) && !['key_use', 'deny'].includes(event.action);
    if (!own || !event.request_id?.startsWith('crash-')) continue;
    byRequest.set(event.request_id, [...(byRequest.get(event.request_id) ?? []), words(event)]);
  }
  return byRequest;
}
