import { Injectable } from '@nestjs/common';
import { requireContext } from '@restartix/context';
import {
  accessCell,
  type AccessExplanation,
  type AccessQuestion,
  type Relationship,
  type Role,
} from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { invalid } from '@restartix/errors';
import { ExplainRepository, type PatientTie } from './explain.repository';

const UUID = /-/;

/** Says which cell, relationship and consent decide what the caller may do with a thing. Shows nothing of the thing. */
@Injectable()
export class ExplainService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: ExplainRepository,
  ) {}

  /** Throws validation_error when the id is not of the resource's kind. */
  async explain({ resource, id }: AccessQuestion): Promise<AccessExplanation> {
    if (UUID.test(id) !== (resource === 'patient'))
      throw invalid([{ field: 'id', reason: `is not the id of a ${resource}` }]);
    const { actor, organizationId } = requireContext();
    const role = actor?.role ?? 'anonymous';
    const tie =
      resource === 'patient'
        ? await this.uow.run(() => this.repository.patientTie(id.toLowerCase(), actor?.userId ?? ''))
        : undefined;
    const relationship =
      resource === 'patient' ? toPatient(role, tie) : Number(id) === organizationId ? 'organization' : 'none';
    const cell = accessCell(resource, role, relationship);
    return {
      resource,
      id,
      role,
      relationship,
      cell,
      allowed: cell.read !== undefined,
      profile_shared: tie?.profile_shared ?? false,
      care_relationship_id: tie?.care_relationship_id ?? null,
    };
  }
}

function toPatient(role: Role, tie: PatientTie | undefined): Relationship {
  if (!tie) return 'none';
  if (role === 'patient') return tie.owned ? 'own' : 'none';
  if (role === 'specialist') return tie.care_relationship_id ? 'in_care' : 'none';
  return 'organization';
}
