import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import { Clock } from '@restartix/context';
import { PLATFORM_ORGANIZATION } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { notFound } from '@restartix/errors';
import { KeyRing } from '@restartix/keys';
import { caller } from '../../platform/caller';
import { userPlace } from '../../platform/places';
import { PatientLookupService } from '../patients/patient-lookup.service';
import { renderConsent, type ConsentDocument } from './consent-document';
import { PatientConsentsRepository, type DocumentRow } from './patient-consents.repository';

/** Consents as documents, made when they are asked for from the version that was signed. */
@Injectable()
export class ConsentDocumentsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: PatientConsentsRepository,
    private readonly patients: PatientLookupService,
    private readonly trail: AuditTrail,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
  ) {}

  /** The bytes of a PDF; its event is committed before any is made. Throws not_found. */
  async pdf(patientId: string, id: string): Promise<Buffer> {
    const { row, name } = await this.uow.run(async () => {
      const name = await this.patients.nameOf(patientId);
      const row = await this.repository.findDocument(patientId, id);
      if (!name || !row) throw notFound();
      this.trail.record({ action: 'export', resourceType: 'patient_consent', resourceId: id, patientId });
      return { row, name: `${name.first_name} ${name.last_name}` };
    });
    return renderConsent(await this.documentOf(row, name));
  }

  private async documentOf(row: DocumentRow, name: string): Promise<ConsentDocument> {
    const { signed_on, recorded_by, withdrawn_at, withdrawal_told_on, withdrawal_recorded_by } = row;
    const staff = await this.staffNames([recorded_by, withdrawal_recorded_by].filter((by) => by !== null));
    const told = withdrawal_told_on &&
      withdrawal_recorded_by && { on: withdrawal_told_on, recordedBy: staff(withdrawal_recorded_by) };
    return {
      organization: row.organization_name,
      patient: { id: row.patient_id, name },
      consent: { id: row.id, kind: row.kind },
      text: { title: row.title, body: row.body, version: row.version, publishedAt: row.published_at },
      given: {
        at: row.given_at,
        paper: signed_on && recorded_by ? { signedOn: signed_on, recordedBy: staff(recorded_by) } : null,
      },
      withdrawn: withdrawn_at && { at: withdrawn_at, told: told || null },
      renderedAt: this.clock.now(),
    };
  }

  /**
   * How somebody of the staff is called, by id. A patient sees no logins and who recorded may have left, so it is
   * looked up as system work.
   */
  private async staffNames(ids: readonly string[]): Promise<(id: string) => string> {
    if (ids.length === 0) return (id) => id;
    const { organizationId } = caller();
    const rows = await this.uow.asSystem('who recorded a consent', organizationId, () =>
      this.repository.loginNames(ids),
    );
    const names = new Map<string, string>();
    for (const { id, name } of rows)
      if (name) names.set(id, await this.keys.open(PLATFORM_ORGANIZATION, name, userPlace('name', id)));
    return (id) => names.get(id) ?? `staff member ${id}`;
  }
}
