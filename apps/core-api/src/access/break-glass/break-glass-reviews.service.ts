import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import { Clock } from '@restartix/context';
import {
  pageMeta,
  type BreakGlass,
  type BreakGlassListQuery,
  type PageMeta,
  type ReviewBreakGlassRequest,
} from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { DomainError, notFound } from '@restartix/errors';
import { v7 as uuidv7 } from 'uuid';
import { caller, signedInCaller } from '../../platform/caller';
import { BreakGlassMapper } from './break-glass.mapper';
import { breakGlassStateAt, type BreakGlassRow } from './break-glass.policy';
import { BreakGlassRepository } from './break-glass.repository';

/** What was opened: one's own, or the organization's for compliance, who look at each. */
@Injectable()
export class BreakGlassReviewsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: BreakGlassRepository,
    private readonly mapper: BreakGlassMapper,
    private readonly trail: AuditTrail,
    private readonly clock: Clock,
  ) {}

  async list(query: BreakGlassListQuery): Promise<{ data: BreakGlass[]; meta: PageMeta }> {
    caller();
    const { rows, total } = await this.uow.run(async () => {
      const found = await this.repository.list(query);
      const shown = found.rows.map(({ id, patient_id }) => ({ id, patientId: patient_id }));
      this.trail.recordShown('search', 'break_glass', shown);
      return found;
    });
    const data = await Promise.all(rows.map((row) => this.mapper.present(row)));
    return { data, meta: pageMeta(query, total) };
  }

  /** Throws not_found. */
  async read(id: string): Promise<BreakGlass> {
    caller();
    const row = await this.uow.run(async () => {
      const found = await this.find(id);
      this.trail.recordShown('view', 'break_glass', [{ id, patientId: found.patient_id }]);
      return found;
    });
    return this.mapper.present(row);
  }

  /**
   * Puts one's word to a break-glass that has ended. Throws not_found, transition_not_allowed while it is open,
   * already_exists for a second word of the same person.
   */
  async review(id: string, { verdict, note }: ReviewBreakGlassRequest): Promise<BreakGlass> {
    const { organizationId, userId } = signedInCaller();
    const reviewId = uuidv7();
    const sealed = await this.mapper.sealNote(organizationId, reviewId, note);
    const row = await this.uow.run(async () => {
      const found = await this.find(id);
      if (breakGlassStateAt(found, this.clock.now()) === 'open')
        throw new DomainError('transition_not_allowed', { detail: 'It is still open.' });
      const review = { id: reviewId, reviewed_by: userId, verdict, note: sealed };
      await this.repository.insertReview(organizationId, id, review);
      this.trail.allow('break_glass', id);
      return this.find(id);
    });
    return this.mapper.present(row);
  }

  private async find(id: string): Promise<BreakGlassRow> {
    const row = await this.repository.find(id);
    if (!row) throw notFound();
    return row;
  }
}
