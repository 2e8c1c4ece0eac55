import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import type { PatientConsent } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { conflict, invalid, notFound } from '@restartix/errors';
import { v7 as uuidv7 } from 'uuid';
import { caller } from '../../platform/caller';
import { PatientLookupService } from '../patients/patient-lookup.service';
import { toPatientConsent } from './patient-consents.mapper';
import { PatientConsentsRepository, type NewConsent } from './patient-consents.repository';

/**
 * What patients agreed to. A consent names the version that was signed; it is never changed, only withdrawn. The
 * database writes into the record what sharing, recording, HIPAA and telehealth consents mean, in the same unit.
 */
@Injectable()
export class PatientConsentsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: PatientConsentsRepository,
    private readonly patients: PatientLookupService,
    private readonly trail: AuditTrail,
  ) {}

  /** Newest first, those withdrawn included. Throws not_found for a record the caller may not see. */
  list(patientId: string): Promise<PatientConsent[]> {
    return this.uow.run(async () => {
      await this.assertSeen(patientId);
      const rows = await this.repository.list(patientId);
      this.trail.recordShown(
        'search',
        'patient_consent',
        rows.map(({ id }) => ({ id, patientId })),
      );
      return rows.map(toPatientConsent);
    });
  }

  /**
   * Signs the current text of a kind. Throws not_found for somebody else's record or text, validation_error for a text that
   * is not the current one, or conflict while a consent of the kind is in force.
   */
  sign(patientId: string, textId: string): Promise<PatientConsent> {
    return this.uow.run(async () => {
      await this.assertSeen(patientId);
      const id = await this.give(patientId, textId);
      return this.show(patientId, id);
    });
  }

  /** The same within the unit of who makes the record; answers the consent's id. */
  async give(patientId: string, textId: string): Promise<string> {
    const text = await this.repository.findText(textId);
    if (!text) throw notFound();
    if (!text.is_current)
      throw invalid([{ field: 'consent_text_id', reason: 'must be the current text of its kind' }]);
    const id = uuidv7();
    await this.insert({ id, patientId, text });
    return id;
  }

  /** Writes a consent into the open unit. Throws conflict while another of its kind is in force. */
  async insert(consent: NewConsent): Promise<void> {
    if (!(await this.repository.insert(caller().organizationId, consent)))
      throw conflict('A consent of this kind is in force: withdraw it before another is given.');
  }

  /** Throws not_found, or conflict when it was withdrawn already. */
  withdraw(patientId: string, id: string): Promise<PatientConsent> {
    return this.uow.run(async () => {
      if (!(await this.repository.find(patientId, id))) throw notFound();
      if (!(await this.repository.withdraw(id))) throw conflict('This consent was withdrawn already.');
      return this.show(patientId, id);
    });
  }

  /** Throws not_found for a record the caller may not see. */
  async assertSeen(patientId: string): Promise<void> {
    if (!(await this.patients.exists(patientId))) throw notFound();
  }

  /** A consent that the open unit has written. */
  async show(patientId: string, id: string): Promise<PatientConsent> {
    const row = await this.repository.find(patientId, id);
    if (!row) throw new Error('A consent that was just written cannot be seen by its writer');
    this.trail.allow('patient_consent', id);
    return toPatientConsent(row);
  }
}
