import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import { Clock } from '@restartix/context';
import {
  pageMeta,
  type AssignCareRequest,
  type CareRelationship,
  type CareRelationshipListQuery,
  type HandOverRequest,
  type PageMeta,
} from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { DomainError, invalid, notFound } from '@restartix/errors';
import { v7 as uuidv7 } from 'uuid';
import { caller } from '../../platform/caller';
import { careStateAt, periodFaults, toCareRelationship, type CareRow } from './care-relationship.policy';
import { CareRelationshipsRepository } from './care-relationships.repository';

/**
 * Who cares for whom, and until when. An administrator assigns and closes; whoever cares for a patient may bring in a
 * colleague, hand over, or end it. Each change is one unit of work and its own event.
 */
@Injectable()
export class CareRelationshipsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: CareRelationshipsRepository,
    private readonly trail: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** A specialist's own, the organization's for staff; ended ones too. */
  async list(query: CareRelationshipListQuery): Promise<{ data: CareRelationship[]; meta: PageMeta }> {
    const { rows, total } = await this.uow.run(async () => {
      const found = await this.repository.list(query);
      const shown = found.rows.map(({ id, patient_id }) => ({ id, patientId: patient_id }));
      this.trail.recordShown('search', 'care_relationship', shown);
      return found;
    });
    return { data: rows.map((row) => this.present(row)), meta: pageMeta(query, total) };
  }

  /** Throws not_found. */
  async read(id: string): Promise<CareRelationship> {
    const row = await this.uow.run(async () => {
      const found = await this.repository.find(id);
      if (!found) throw notFound();
      this.trail.recordShown('view', 'care_relationship', [{ id, patientId: found.patient_id }]);
      return found;
    });
    return this.present(row);
  }

  /**
   * Puts a patient in somebody's care, from now or a later time on. Throws not_found for a patient or a specialist the
   * caller may not name, validation_error for a period that makes no sense, conflict when one is open in that period.
   */
  assign({ patient_id, specialist_id, ...period }: AssignCareRequest): Promise<CareRelationship> {
    const { opened_at, expires_at } = this.checked(period);
    return this.uow.run(async () => {
      const now = await this.look(patient_id, specialist_id);
      return this.open({
        ...{ patient_id, specialist_id, reason: 'assignment', from_relationship_id: null },
        ...{ opened_at: laterOf(opened_at, now), expires_at },
      });
    });
  }

  /** Ends care before its time. Throws not_found, transition_not_allowed when it has ended. */
  close(id: string): Promise<CareRelationship> {
    return this.uow.run(async () => {
      const row = await this.repository.findForChange(id);
      if (!row) throw notFound();
      this.assertNotEnded(row);
      const closed = await this.repository.close(id, 'closed');
      this.trail.allow('care_relationship', id);
      return this.present(closed ?? row);
    });
  }

  /**
   * Closes one's care and opens the other's in the same unit: at no time has the patient nobody. What was planned stays
   * planned, what was limited stays limited unless another end is given. Answers the new relationship. Throws as
   * {@link assign} and {@link close} do.
   */
  handOver(id: string, { specialist_id, ...period }: HandOverRequest): Promise<CareRelationship> {
    const { expires_at } = this.checked(period);
    return this.uow.run(async () => {
      const row = await this.repository.findForChange(id);
      if (!row) throw notFound();
      this.assertNotEnded(row);
      const { patient_id } = row;
      const now = await this.look(patient_id, specialist_id);
      const opened = await this.open({
        ...{ patient_id, specialist_id, reason: 'hand_over', from_relationship_id: id },
        ...{ opened_at: laterOf(row.opened_at, now), expires_at: expires_at ?? row.expires_at },
      });
      await this.repository.close(id, 'hand_over');
      return opened;
    });
  }

  private async open(care: {
    patient_id: string;
    specialist_id: string;
    reason: 'assignment' | 'hand_over';
    opened_at: Date;
    expires_at: Date | null;
    from_relationship_id: string | null;
  }): Promise<CareRelationship> {
    const { organizationId } = caller();
    const id = uuidv7();
    const row: CareRow = {
      ...care,
      ...{ organization_id: organizationId, id, closed_at: null, closed_reason: null },
    };
    await this.repository.insert(row);
    this.trail.allow('care_relationship', id);
    return this.present(row);
  }

  /** The database's time; throws not_found for whom the caller may not name. */
  private async look(patientId: string, specialistId: string): Promise<Date> {
    const { hasPatient, hasSpecialist, now } = await this.repository.look(patientId, specialistId);
    if (!hasPatient || !hasSpecialist) throw notFound();
    return now;
  }

  private checked(period: { opened_at?: string; expires_at?: string }): {
    opened_at?: Date;
    expires_at: Date | null;
  } {
    const opened_at = period.opened_at === undefined ? undefined : new Date(period.opened_at);
    const expires_at = period.expires_at === undefined ? undefined : new Date(period.expires_at);
    const faults = periodFaults({ opened_at, expires_at }, this.clock.now());
    if (faults.length > 0) throw invalid(faults);
    return { opened_at, expires_at: expires_at ?? null };
  }

  private assertNotEnded(row: CareRow): void {
    const state = careStateAt(row, this.clock.now());
    if (state === 'closed' || state === 'expired') throw new DomainError('transition_not_allowed');
  }

  private present(row: CareRow): CareRelationship {
    return toCareRelationship(row, this.clock.now());
  }
}

const laterOf = (time: Date | undefined, now: Date): Date => (time && time > now ? time : now);
