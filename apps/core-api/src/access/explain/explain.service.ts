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
    if (UUID.test(id) !== (resource === 'patient')) {
      throw invalid([{ field: 'id', reason: `is not the id of a ${resource}` }]);
    }
    const { actor, organizationId } = requireContext();
    const { role, userId } = actor ?? { role: 'anonymous', userId: null };
    const tie = resource === 'patient' ? await this.tieTo(id, userId ?? '') : undefined;
    const relationship =
      resource === 'patient' ? toPatient(role, tie) : toOrganization(Number(id), organizationId);
    const cell = accessCell(resource, role, relationship);
    const { profile_shared, care_relationship_id } = tie ?? {
      profile_shared: false,
      care_relationship_id: null,
    };
    return {
      resource,
      id,
      role,
      relationship,
      cell,
      allowed: 'read' in cell,
      profile_shared,
      care_relationship_id,
    };
  }

  private tieTo(patientId: string, userId: string): Promise<PatientTie | undefined> {
    return this.uow.run(() => this.repository.patientTie(patientId.toLowerCase(), userId));
  }
}

const toOrganization = (id: number, active: number | null): Relationship =>
  id === active ? 'organization' : 'none';

function toPatient(role: Role, tie: PatientTie | undefined): Relationship {
  if (!tie) return 'none';
  if (role === 'patient') return tie.owned ? 'own' : 'none';
  // A specialist is shown a record in care, or opened by break-glass.
  if (role === 'specialist') return tie.care_relationship_id ? 'in_care' : 'break_glass';
  return 'organization';
}
