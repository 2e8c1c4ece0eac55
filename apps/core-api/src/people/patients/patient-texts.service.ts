import { Injectable } from '@nestjs/common';
import { sealEnvelope } from '@restartix/crypto';
import { notFound } from '@restartix/errors';
import { placeOf } from '../../platform/places';
import { PatientCipher } from './patient.cipher';
import { PatientsRepository } from './patients.repository';

/** Seals and opens texts of one patient's rows in a table. */
export interface PatientTexts {
  /** Envelopes of the texts given, by column; null stays null, and what is absent is left out. */
  seal<C extends string>(
    rowId: string,
    texts: Readonly<Partial<Record<C, string | null | undefined>>>,
  ): Partial<Record<C, string | null>>;
  /** Throws EnvelopeError for an envelope that is not this row's. */
  open(rowId: string, column: string, envelope: string): string;
}

/** Texts of rows that are about a patient: under the patient's own key, so that an erasure ends them with it. */
@Injectable()
export class PatientTextsService {
  constructor(
    private readonly repository: PatientsRepository,
    private readonly cipher: PatientCipher,
  ) {}

  /** Those of a table, in the open unit. Throws not_found for a record the caller may not see. */
  async of(patientId: string, table: string): Promise<PatientTexts> {
    const row = await this.repository.find(patientId);
    if (!row) throw notFound();
    const keys = await this.cipher.openKeys(row.organization_id, patientId, row.keys);
    const newest = Math.max(...keys.keys());
    const at = (column: string, rowId: string) => placeOf(row.organization_id, table, column, rowId);
    return {
      seal: <C extends string>(
        rowId: string,
        texts: Readonly<Partial<Record<C, string | null | undefined>>>,
      ) => {
        const given = (Object.entries(texts) as [C, string | null | undefined][]).filter(
          ([, text]) => text !== undefined,
        );
        const sealed = given.map(([column, text]) => [
          column,
          text === null
            ? null
            : sealEnvelope(keys.get(newest) as Buffer, newest, text as string, at(column, rowId)),
        ]);
        return Object.fromEntries(sealed) as Partial<Record<C, string | null>>;
      },
      open: (rowId, column, envelope) =>
        this.cipher.openColumn(row.organization_id, rowId, column, envelope, keys, table),
    };
  }
}
