import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import {
  pageMeta,
  type LegalHold,
  type LegalHoldListQuery,
  type LiftLegalHoldRequest,
  type PageMeta,
  type PlaceLegalHoldRequest,
  type RetentionHold,
  type RetentionHoldLift,
} from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { conflict, DomainError, notFound } from '@restartix/errors';
import { KeyRing } from '@restartix/keys';
import { ChannelClient } from '@restartix/service-channel';
import { signedInCaller } from '../../platform/caller';
import { placeOf } from '../../platform/places';
import { LegalHoldsRepository, type LegalHoldRow } from './legal-holds.repository';

/**
 * Legal holds of the caller's organization. One that is in force keeps a patient, or everybody, from being erased, and
 * the audit partitions that speak of them from being dropped. Whatever fails, fails towards keeping.
 */
@Injectable()
export class LegalHoldsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: LegalHoldsRepository,
    private readonly keys: KeyRing,
    private readonly channel: ChannelClient,
    private readonly trail: AuditTrail,
  ) {}

  /**
   * Places a hold under an id the caller chose: in the audit store first, so that both stores honour it when this
   * answers. Asking again with the same id answers the hold that is there. Throws not_found for a patient of no record
   * here, conflict for an id that stands for a hold of another subject, telemetry_unavailable (ask again).
   */
  async place(id: string, { patient_id, reason }: PlaceLegalHoldRequest): Promise<LegalHold> {
    const { organizationId, userId } = signedInCaller();
    const patientId = patient_id ?? null;
    const existing = await this.uow.run(async () => {
      if (patientId && !(await this.repository.hasPatient(patientId))) throw notFound();
      const found = await this.repository.find(id);
      if (found) this.recordView(found);
      return found;
    });
    if (existing && existing.patient_id !== patientId) throw conflict('This id stands for another hold.');
    if (existing?.lifted_at) return this.present(existing);
    const hold: RetentionHold = { hold_id: id, organization_id: organizationId, patient_id: patientId };
    await this.channel.post('/internal/v1/retention/holds', hold);
    if (existing) return this.present(existing);
    const sealed = await this.keys.seal(organizationId, reason, holdPlace('reason', organizationId, id));
    const row = await this.uow.run(async () => {
      await this.repository.lock();
      const placed = await this.repository.insert({
        organization_id: organizationId,
        id,
        patient_id: patientId,
        reason: sealed,
        placed_by: userId,
      });
      this.trail.allow('legal_hold', id);
      return placed;
    });
    return this.present(row);
  }

  /** Holds of the organization, newest first. */
  async list(query: LegalHoldListQuery): Promise<{ data: LegalHold[]; meta: PageMeta }> {
    const { rows, total } = await this.uow.run(async () => {
      const found = await this.repository.list(query);
      this.trail.recordShown(
        'search',
        'legal_hold',
        found.rows.map(({ id, patient_id }) => ({ id, patientId: patient_id ?? undefined })),
      );
      return found;
    });
    return { data: await Promise.all(rows.map((row) => this.present(row))), meta: pageMeta(query, total) };
  }

  /**
   * Lifts a hold, here first and then in the audit store. Lifting it again changes nothing but tells the audit store
   * again: that is how a lift goes on that met telemetry_unavailable. Throws not_found.
   */
  async lift(id: string, { reason }: LiftLegalHoldRequest): Promise<LegalHold> {
    const { organizationId, userId } = signedInCaller();
    const sealed = await this.keys.seal(organizationId, reason, holdPlace('lift_reason', organizationId, id));
    const row = await this.uow.run(async () => {
      const found = await this.repository.find(id);
      if (!found) throw notFound();
      const lifted = await this.repository.lift(id, sealed, userId);
      if (!lifted) this.recordView(found);
      this.trail.allow('legal_hold', id);
      return lifted ?? found;
    });
    const lift: RetentionHoldLift = { hold_id: id, organization_id: organizationId };
    await this.channel.post('/internal/v1/retention/holds/lift', lift);
    return this.present(row);
  }

  /** Throws legal_hold where the patient may not be erased; until the unit of work ends no hold can be placed. */
  async assertNotHeld(patientId: string): Promise<void> {
    await this.repository.lock();
    if (await this.repository.isHeld(patientId)) throw new DomainError('legal_hold');
  }

  private recordView({ id, patient_id }: LegalHoldRow): void {
    this.trail.recordShown('view', 'legal_hold', [{ id, patientId: patient_id ?? undefined }]);
  }

  private async present(row: LegalHoldRow): Promise<LegalHold> {
    const open = (column: 'reason' | 'lift_reason', envelope: string) =>
      this.keys.open(row.organization_id, envelope, holdPlace(column, row.organization_id, row.id));
    return {
      id: row.id,
      patient_id: row.patient_id,
      reason: await open('reason', row.reason),
      placed_by: row.placed_by,
      placed_at: row.placed_at.toISOString(),
      lift_reason: row.lift_reason && (await open('lift_reason', row.lift_reason)),
      lifted_by: row.lifted_by,
      lifted_at: row.lifted_at?.toISOString() ?? null,
    };
  }
}

const holdPlace = (column: 'reason' | 'lift_reason', organizationId: number, id: string): string =>
  placeOf(organizationId, 'legal_holds', column, id);
