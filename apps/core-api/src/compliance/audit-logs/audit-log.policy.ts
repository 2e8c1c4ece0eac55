import { accessCell, type AuditChange, type AuditLogEntry, type Role } from '@restartix/contracts';
import { isEnvelope } from '@restartix/crypto';
import { forbidden } from '@restartix/errors';
import { isUnderPatientKey } from '../../platform/patient-key-tables';

/** What stands where the reader's role may not see health data. */
export const PROTECTED = '[protected]';

/** Whether the role reads health data and addresses in the trail. Throws forbidden when it may not read it at all. */
export function mayReadProtected(role: Role): boolean {
  const extent = accessCell('audit_log', role, 'organization').read;
  if (!extent) throw forbidden();
  return extent === 'all';
}

/** Whether an entry holds health data that can be opened: envelopes of a patient's record. */
export function holdsHealthData(entry: AuditLogEntry): boolean {
  if (!isUnderPatientKey(entry.resource_type) || !entry.patient_id || !entry.details.changes) return false;
  return Object.values(entry.details.changes).some(({ old, new: now }) => isEnvelope(old) || isEnvelope(now));
}

/** The same changes with every envelope replaced. */
export function withoutProtected(changes: Record<string, AuditChange>): Record<string, AuditChange> {
  return Object.fromEntries(
    Object.entries(changes).map(([column, change]) => [
      column,
      Object.fromEntries(
        Object.entries(change).map(([side, value]) => [side, isEnvelope(value) ? PROTECTED : value]),
      ),
    ]),
  );
}
