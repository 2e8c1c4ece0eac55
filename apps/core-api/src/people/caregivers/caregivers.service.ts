import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import { Clock } from '@restartix/context';
import type { Caregiver, EnterCaregiverRequest, UpdateCaregiverRequest } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { conflict, forbidden, notFound } from '@restartix/errors';
import { v7 as uuidv7 } from 'uuid';
import { caller } from '../../platform/caller';
import { assertSomething, givenColumns } from '../../platform/columns';
import { assertPeriod, dayOf, periodAfter } from '../../platform/days';
import { PatientTextsService, type PatientTexts } from '../patients/patient-texts.service';
import { CaregiversRepository, type CaregiverColumns, type CaregiverRow } from './caregivers.repository';

const TABLE = 'patient_caregivers';
const PLAIN = ['relationship', 'may_act', 'valid_from', 'valid_until'] as const;

/** Who cares for patients at home. A caregiver is a contact of the record: whether they may decide opens no door. */
@Injectable()
export class CaregiversService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: CaregiversRepository,
    private readonly texts: PatientTextsService,
    private readonly trail: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** The ended last. Throws not_found for a record the caller may not see. */
  list(patientId: string): Promise<Caregiver[]> {
    return this.uow.run(async () => {
      const texts = await this.texts.of(patientId, TABLE);
      const rows = await this.repository.list(patientId);
      this.trail.recordShown(
        'search',
        'caregiver',
        rows.map(({ id }) => ({ id, patientId })),
      );
      return rows.map((row) => this.present(row, texts));
    });
  }

  /** Throws not_found for a record the caller may not see. */
  enter(patientId: string, request: EnterCaregiverRequest): Promise<Caregiver> {
    assertPeriod(request);
    return this.uow.run(async () => {
      const texts = await this.texts.of(patientId, TABLE);
      const id = uuidv7();
      const columns = columnsOf(texts, id, request);
      return this.show(await this.repository.insert(caller().organizationId, id, patientId, columns), texts);
    });
  }

  /** Throws not_found, or conflict for one that has ended. */
  change(patientId: string, id: string, change: UpdateCaregiverRequest): Promise<Caregiver> {
    assertSomething(change);
    return this.write(patientId, id, (row, texts) => {
      assertPeriod(periodAfter(row, change));
      return columnsOf(texts, id, change);
    });
  }

  /** Throws as {@link change}. */
  end(patientId: string, id: string): Promise<Caregiver> {
    return this.write(patientId, id, () => ({ ended_at: this.clock.now() }));
  }

  private write(
    patientId: string,
    id: string,
    columns: (row: CaregiverRow, texts: PatientTexts) => CaregiverColumns,
  ): Promise<Caregiver> {
    return this.uow.run(async () => {
      const texts = await this.texts.of(patientId, TABLE);
      const row = await this.repository.find(patientId, id);
      if (!row) throw notFound();
      if (row.ended_at !== null) throw conflict('This caregiver is one no longer.');
      const changed = await this.repository.update(id, columns(row, texts));
      if (!changed) throw forbidden();
      return this.show(changed, texts);
    });
  }

  private show(row: CaregiverRow, texts: PatientTexts): Caregiver {
    this.trail.allow('caregiver', row.id);
    return this.present(row, texts);
  }

  private present(row: CaregiverRow, texts: PatientTexts): Caregiver {
    const open = (column: 'name' | 'phone' | 'email') =>
      row[column] === null ? null : texts.open(row.id, column, row[column]);
    const today = dayOf(this.clock.now());
    const isOfToday = row.valid_from <= today && (row.valid_until === null || row.valid_until >= today);
    return {
      ...row,
      name: open('name') ?? '',
      phone: open('phone'),
      email: open('email'),
      active: row.ended_at === null && isOfToday,
      ended_at: row.ended_at?.toISOString() ?? null,
      created_at: row.created_at.toISOString(),
      updated_at: row.updated_at.toISOString(),
    };
  }
}

/** The columns a request gives. */
function columnsOf(
  texts: PatientTexts,
  id: string,
  { name, phone, email, ...change }: UpdateCaregiverRequest,
): CaregiverColumns {
  const plain = Object.fromEntries(givenColumns(PLAIN, change));
  return { ...plain, ...texts.seal(id, { name, phone, email }) } as CaregiverColumns;
}
