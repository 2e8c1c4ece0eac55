import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import { requireContext } from '@restartix/context';
import type { EraseRequest, Erasure } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { DomainError, notFound } from '@restartix/errors';
import { KeyRing } from '@restartix/keys';
import { v7 as uuidv7 } from 'uuid';
import { placeOf } from '../../platform/places';
import { LegalHoldsService } from '../legal-holds/legal-holds.service';
import { ErasuresRepository, type ErasureRow } from './erasures.repository';

/** Erases patients by destroying their keys: final, and never under a legal hold. */
@Injectable()
export class ErasuresService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: ErasuresRepository,
    private readonly holds: LegalHoldsService,
    private readonly keys: KeyRing,
    private readonly trail: AuditTrail,
  ) {}

  /**
   * Erases a patient of the caller's organization and answers the receipt; of one who was erased before, the receipt of
   * then. Throws not_found, legal_hold.
   */
  async erase(patientId: string, { reason }: EraseRequest): Promise<Erasure> {
    const { organizationId } = requireContext();
    if (organizationId === null) throw new DomainError('organization_required');
    const id = uuidv7();
    const sealed = await this.keys.seal(organizationId, reason, reasonPlace(organizationId, id));
    const row = await this.uow.run(async () => {
      const before = await this.repository.of(patientId);
      if (before) {
        this.recordView(before);
        return before;
      }
      await this.holds.assertNotHeld(patientId);
      const erasure = await this.repository.erase(id, patientId, sealed);
      this.trail.allow('erasure', id);
      return erasure;
    });
    if (!row) throw notFound();
    return this.present(row);
  }

  /** The receipt of a patient's erasure. Throws not_found. */
  async receipt(patientId: string): Promise<Erasure> {
    const row = await this.uow.run(async () => {
      const found = await this.repository.of(patientId);
      if (found) this.recordView(found);
      return found;
    });
    if (!row) throw notFound();
    return this.present(row);
  }

  private recordView({ id, patient_id }: ErasureRow): void {
    this.trail.recordShown('view', 'erasure', [{ id, patientId: patient_id }]);
  }

  private async present({ organization_id, ...row }: ErasureRow): Promise<Erasure> {
    const place = reasonPlace(organization_id, row.id);
    return {
      ...row,
      reason: await this.keys.open(organization_id, row.reason, place),
      erased_at: row.erased_at.toISOString(),
    };
  }
}

const reasonPlace = (organizationId: number, id: string): string =>
  placeOf(organizationId, 'erasures', 'reason', id);
