import type { Licence, Role, SpecialistFields } from '@restartix/contracts';
import type { FieldError } from '@restartix/contracts';

/** Who sees how a specialist is reached and registered; patients do not. */
export const seesRegisters = (role: Role): boolean => role !== 'patient';

/** What registers must know of those who hold a licence there: NPI in the US, HPR number in Norway (decision R37). */
export function licenceFaults(
  licences: readonly Pick<Licence, 'country'>[],
  numbers: Pick<SpecialistFields, 'npi' | 'hpr_number'>,
): FieldError[] {
  const has = (country: string) => licences.some((licence) => licence.country === country);
  const faults: FieldError[] = [];
  if (has('US') && !numbers.npi)
    faults.push({ field: 'npi', reason: 'is required with a licence of the US' });
  if (has('NO') && !numbers.hpr_number)
    faults.push({ field: 'hpr_number', reason: 'is required with a licence of Norway' });
  return faults;
}

/** Faults of lists that the shape of a request cannot show. */
export function listFaults({ licences = [], clinics = [] }: Partial<SpecialistFields>): FieldError[] {
  const places = licences.map(({ country, state }) => `${country} ${state ?? ''}`);
  const ids = clinics.map(({ clinic_id }) => clinic_id);
  const faults: FieldError[] = [];
  if (new Set(places).size < places.length)
    faults.push({ field: 'licences', reason: 'must hold one licence of a place' });
  if (licences.some(({ issued_on, expires_on }) => issued_on && expires_on && issued_on > expires_on))
    faults.push({ field: 'licences', reason: 'must not expire before they are issued' });
  if (new Set(ids).size < ids.length) faults.push({ field: 'clinics', reason: 'must hold each clinic once' });
  if (clinics.filter(({ is_primary }) => is_primary).length > 1)
    faults.push({ field: 'clinics', reason: 'at most one may be the primary one' });
  return faults;
}

export interface DatedLicence {
  country: string;
  state: string;
  issued_on: string | null;
  expires_on: string | null;
}

/**
 * Whether somebody may see a patient who is in a state on a day (YYYY-MM-DD): by a licence of the state or of the
 * whole country, from its first day to its last.
 */
export function isLicensed(
  licences: readonly DatedLicence[],
  place: { country: string; state: string },
  day: string,
): boolean {
  return licences.some(
    ({ country, state, issued_on, expires_on }) =>
      country === place.country &&
      (state === '' || state === place.state) &&
      (issued_on === null || issued_on <= day) &&
      (expires_on === null || day <= expires_on),
  );
}
