import { Injectable } from '@nestjs/common';
import type { AuditChange, AuditDetail } from '@restartix/contracts';
import { EnvelopeError, isEnvelope } from '@restartix/crypto';
import { UnitOfWork } from '@restartix/database';
import { PATIENT_KEY_TABLES } from '../../platform/patient-key-tables';
import { PatientCipher } from './patient.cipher';
import { PatientsRepository } from './patients.repository';

/** Changes of one patient's record as the audit trail holds them. */
export interface RecordedChanges {
  patientId: string;
  /** What was changed: the record, or a row that is about the patient. */
  resourceType: string;
  resourceId: string;
  changes: Record<string, AuditChange>;
}

/** What stands where the patient was erased: the key is destroyed. */
export const ERASED = '[erased]';
/** What stands where an envelope does not open although the patient was not erased. */
export const UNREADABLE = '[unreadable]';

/** Opens the envelopes that recorded changes of patients hold; for the compliance role. */
@Injectable()
export class ProtectedChangesService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: PatientsRepository,
    private readonly cipher: PatientCipher,
  ) {}

  /** The same changes with every envelope opened. */
  async open(
    organizationId: number,
    recorded: readonly RecordedChanges[],
  ): Promise<Record<string, AuditChange>[]> {
    const ids = [...new Set(recorded.map(({ patientId }) => patientId))];
    if (ids.length === 0) return [];
    const { wrapped, erased } = await this.uow.run(async () => ({
      wrapped: await this.repository.keysOf(ids),
      erased: new Set(await this.repository.erasedAmong(ids)),
    }));
    const keys = new Map<string, Map<number, Buffer>>();
    for (const row of wrapped)
      keys.set(row.patient_id, await this.cipher.openKeys(organizationId, row.patient_id, row.keys));
    return recorded.map(({ patientId, resourceType, resourceId, changes }) => {
      const open = (column: string, value: AuditDetail | undefined) =>
        this.openValue(
          { organizationId, table: PATIENT_KEY_TABLES[resourceType] ?? '', rowId: resourceId },
          column,
          value,
          keys.get(patientId) ?? new Map<number, Buffer>(),
          erased.has(patientId) ? ERASED : UNREADABLE,
        );
      return Object.fromEntries(
        Object.entries(changes).map(([column, change]) => [
          column,
          {
            ...('old' in change ? { old: open(column, change.old) } : {}),
            ...('new' in change ? { new: open(column, change.new) } : {}),
          },
        ]),
      );
    });
  }

  private openValue(
    { organizationId, table, rowId }: { organizationId: number; table: string; rowId: string },
    column: string,
    value: AuditDetail | undefined,
    keys: Map<number, Buffer>,
    otherwise: string,
  ): AuditDetail | undefined {
    if (!isEnvelope(value)) return value;
    try {
      return this.cipher.openColumn(organizationId, rowId, column, value, keys, table);
    } catch (error) {
      if (error instanceof EnvelopeError) return otherwise;
      throw error;
    }
  }
}
