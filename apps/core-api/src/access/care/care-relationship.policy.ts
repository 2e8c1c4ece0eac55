import type { CareRelationship, CareState, FieldError } from '@restartix/contracts';

/** A row of `care_relationships`. */
export type CareRow = Omit<CareRelationship, 'state' | 'opened_at' | 'expires_at' | 'closed_at'> & {
  organization_id: number;
  opened_at: Date;
  expires_at: Date | null;
  closed_at: Date | null;
};

/** What a relationship is at a time. A term that is reached is over, to the millisecond. */
export function careStateAt(
  { opened_at, expires_at, closed_at }: Pick<CareRow, 'opened_at' | 'expires_at' | 'closed_at'>,
  now: Date,
): CareState {
  if (closed_at) return 'closed';
  if (expires_at && expires_at <= now) return 'expired';
  return opened_at > now ? 'planned' : 'active';
}

/** What is wrong with a period that is asked for, by field. */
export function periodFaults(period: { opened_at?: Date; expires_at?: Date }, now: Date): FieldError[] {
  const { opened_at, expires_at } = period;
  const faults: FieldError[] = [];
  if (opened_at && opened_at < now) faults.push({ field: 'opened_at', reason: 'must not be in the past' });
  if (expires_at && expires_at <= (opened_at && opened_at > now ? opened_at : now))
    faults.push({ field: 'expires_at', reason: 'must be after it opens' });
  return faults;
}

/** The API's view of a row. */
export function toCareRelationship(row: CareRow, now: Date): CareRelationship {
  const { id, patient_id, specialist_id, reason, closed_reason, from_relationship_id } = row;
  return {
    ...{ id, patient_id, specialist_id, reason, state: careStateAt(row, now) },
    opened_at: row.opened_at.toISOString(),
    expires_at: row.expires_at?.toISOString() ?? null,
    closed_at: row.closed_at?.toISOString() ?? null,
    ...{ closed_reason, from_relationship_id },
  };
}
