import type { WaitlistEntry } from '@restartix/contracts';
import type { EntryRow } from './waitlist.repository';

/** The API's view of an entry. */
export function toWaitlistEntry(row: EntryRow): WaitlistEntry {
  return {
    id: row.id,
    status: row.status,
    patient_id: row.patient_id,
    appointment_type_id: row.appointment_type_id,
    specialist_id: row.specialist_id,
    earliest: row.earliest?.toISOString() ?? null,
    latest: row.latest?.toISOString() ?? null,
    offer: offerOf(row),
    appointment_id: row.status === 'booked' ? row.appointment_id : null,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

function offerOf(row: EntryRow): WaitlistEntry['offer'] {
  const { appointment_id, starts_at, ends_at, offered_specialist_id, clinic_id, offer_expires_at } = row;
  if (row.status !== 'offered') return null;
  // A specialist sees who of theirs waits, not what others offer.
  if (!appointment_id || !starts_at || !ends_at || !offered_specialist_id || !offer_expires_at) return null;
  return {
    appointment_id,
    starts_at: starts_at.toISOString(),
    ends_at: ends_at.toISOString(),
    specialist_id: offered_specialist_id,
    clinic_id,
    expires_at: offer_expires_at.toISOString(),
  };
}
