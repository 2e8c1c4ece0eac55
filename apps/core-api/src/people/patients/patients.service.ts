import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import { requireContext } from '@restartix/context';
import {
  pageMeta,
  type AuditDetails,
  type CreatePatientRequest,
  type Extent,
  type PageMeta,
  type PageQuery,
  type Patient,
  type PatientListQuery,
  type PatientSearchRequest,
  type Role,
  type UpdatePatientRequest,
} from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { conflict, DomainError, forbidden, invalid, notFound } from '@restartix/errors';
import { CareService } from '../../access/care/care.service';
import { PatientCipher } from './patient.cipher';
import { PatientRegistrationService } from './patient-registration.service';
import { INDEXED_COLUMNS, type IndexedColumn, type PatientRow } from './patient.entity';
import { assertWithinExtent, givenFields, patientExtent, readDecision } from './patient.policy';
import { toPatient, toPlainValues } from './patients.mapper';
import { PatientsRepository } from './patients.repository';

interface PatientPage {
  data: Patient[];
  meta: PageMeta;
}

/** Records of patients in the caller's organization. Every record shown or changed leaves its event in the same unit. */
@Injectable()
export class PatientsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: PatientsRepository,
    private readonly cipher: PatientCipher,
    private readonly care: CareService,
    private readonly trail: AuditTrail,
    private readonly registration: PatientRegistrationService,
  ) {}

  /** The records the caller may see: a specialist's patients in care, a patient's own, the organization's for staff. */
  list(query: PatientListQuery): Promise<PatientPage> {
    return this.showPage(query, () => this.repository.list(query));
  }

  /** Records that match every given term exactly, after normalisation. Throws validation_error without a term. */
  search(request: PatientSearchRequest): Promise<PatientPage> {
    const { organizationId } = caller();
    const indexes = new Map<IndexedColumn, string>();
    for (const column of INDEXED_COLUMNS) {
      const term = request[column];
      if (term !== undefined) indexes.set(column, this.cipher.index(organizationId, column, term));
    }
    if (indexes.size === 0) throw invalid([{ field: '', reason: 'at least one search term must be given' }]);
    return this.showPage(request, () => this.repository.search(indexes, request));
  }

  /** Throws not_found for a record that is not there, not the organization's, or not in the caller's care. */
  async read(id: string): Promise<Patient> {
    const extent = patientExtent(caller().role, 'read');
    const thing = { resourceType: 'patient', ...shown(id) };
    const row = await this.trail.view<PatientRow>(this.repository.one(id), thing);
    if (!row) throw notFound();
    return this.present(row, extent);
  }

  /**
   * Creates a person and their record in the organization, in one unit. A specialist who creates a record takes the
   * patient into care.
   */
  async create(request: CreatePatientRequest): Promise<Patient> {
    const { role, organizationId } = caller();
    const extent = patientExtent(role, 'create');
    assertWithinExtent(extent, request);
    const prepared = await this.registration.prepare(organizationId, request);
    const { id } = prepared;
    const row = await this.uow.run(async () => {
      await this.registration.write(prepared);
      if (role === 'specialist') await this.care.openByCaller(id);
      this.trail.allow('patient', id);
      return this.repository.find(id);
    });
    if (!row) throw new Error('A record that was just created cannot be seen by its creator');
    return this.present(row, extent);
  }

  /**
   * Changes a record. With `ifVersion` only when it still has that version. Throws not_found, precondition_failed,
   * forbidden naming the fields outside the caller's extent, conflict for insurance that is kept as coverages, or
   * validation_error for an empty change.
   */
  async change(id: string, change: UpdatePatientRequest, ifVersion: number | null): Promise<Patient> {
    if (givenFields(change).length === 0)
      throw invalid([{ field: '', reason: 'at least one field must be given' }]);
    const { role, organizationId } = caller();
    const extent = patientExtent(role, 'update');
    const row = await this.uow.run(async () => {
      const found = await this.repository.findForChange(id);
      if (!found) throw notFound();
      assertWithinExtent(extent, change);
      if (ifVersion !== null && ifVersion !== found.version) throw new DomainError('precondition_failed');
      if (change.insurance && (await this.repository.hasCoverages(id)))
        throw conflict('The insurance of this patient is kept as coverages.');
      const sealed = this.cipher.seal(
        organizationId,
        id,
        await this.cipher.currentKey(found),
        toPlainValues(change),
      );
      const recording =
        change.recording_consent === undefined ? {} : { recording_consent: change.recording_consent };
      const changed = await this.repository.update(id, { ...sealed, ...recording });
      if (!changed) throw forbidden();
      this.trail.allow('patient', id);
      return changed;
    });
    return this.present(row, patientExtent(role, 'read'));
  }

  private async showPage(
    query: PageQuery,
    find: () => Promise<{ rows: PatientRow[]; total: number }>,
  ): Promise<PatientPage> {
    const extent = patientExtent(caller().role, 'read');
    const { rows, total } = await this.uow.run(async () => {
      const found = await find();
      this.trail.recordShown(
        'search',
        'patient',
        found.rows.map(({ id }) => shown(id)),
      );
      return found;
    });
    const data = await Promise.all(rows.map((row) => this.present(row, extent)));
    return { data, meta: pageMeta(query, total) };
  }

  private async present(row: PatientRow, extent: Extent): Promise<Patient> {
    return toPatient(row, await this.cipher.open(row), extent);
  }
}

/** The caller's role and organization; the guards have made sure there is one. */
function caller(): { role: Role; organizationId: number } {
  const { actor, organizationId } = requireContext();
  if (organizationId === null) throw new DomainError('organization_required');
  return { role: actor?.role ?? 'anonymous', organizationId };
}

/** A record that is shown, and by which rule. */
function shown(id: string): { id: string; patientId: string; details: AuditDetails } {
  const { actor } = requireContext();
  const isOpened = actor?.breakGlass?.some(({ patientId }) => patientId === id) ?? false;
  return { id, patientId: id, details: readDecision(actor?.role ?? 'anonymous', isOpened) };
}
