import {
  accessCell,
  type AuditDetails,
  type CreatePatientRequest,
  type Extent,
  type PatientFields,
  type Relationship,
  type Role,
  type UpdatePatientRequest,
  type Verb,
} from '@restartix/contracts';
import { DomainError, forbidden } from '@restartix/errors';

/** Fields of the `contact` extent of the access matrix. */
const CONTACT_FIELDS: readonly (keyof PatientFields)[] = [
  'first_name',
  'last_name',
  'email',
  'phone',
  'address',
];

/**
 * What a record that row-level security shows to this role is to its holder: a specialist sees patients in care, or
 * opened by break-glass, which opens as much for reading; a superadmin only what they opened; a patient the own.
 */
export function relationshipOf(role: Role): Relationship {
  if (role === 'patient') return 'own';
  if (role === 'superadmin') return 'break_glass';
  return role === 'specialist' ? 'in_care' : 'organization';
}

/** How much of a record the role may read or change. Throws forbidden when nothing. */
export function patientExtent(role: Role, verb: Verb): Extent {
  const extent = accessCell('patient', role, verb === 'create' ? 'organization' : relationshipOf(role))[verb];
  if (!extent) throw forbidden();
  return extent;
}

/**
 * Which cell of the access matrix opens a record to be read, as its event says it (role: see the event). `isOpened`: it
 * is open by break-glass.
 */
export function readDecision(role: Role, isOpened: boolean): AuditDetails {
  const relationship = isOpened ? 'break_glass' : relationshipOf(role);
  return { decided_by: { permission: 'patient:read', relationship, extent: patientExtent(role, 'read') } };
}

/** Refuses fields outside the extent, naming each. */
export function assertWithinExtent(
  extent: Extent,
  change: CreatePatientRequest | UpdatePatientRequest,
): void {
  if (extent === 'all') return;
  const outside = givenFields(change).filter((field) => !CONTACT_FIELDS.includes(field));
  if (outside.length === 0) return;
  throw new DomainError('forbidden', {
    detail: 'Your role may enter contact data only.',
    errors: outside.map((field) => ({ field, reason: 'is not contact data' })),
  });
}

/** The fields a request really gives. */
export function givenFields(change: CreatePatientRequest | UpdatePatientRequest): (keyof PatientFields)[] {
  return (Object.keys(change) as (keyof PatientFields)[]).filter((field) => change[field] !== undefined);
}
