import { Inject, Injectable } from '@nestjs/common';
import { blindIndex, deriveKey, openEnvelope, sealEnvelope } from '@restartix/crypto';
import { KeyRing } from '@restartix/keys';
import type { CoreConfig } from '../../core.config';
import { placeOf } from '../../platform/places';
import { CORE_CONFIG } from '../../platform/tokens';
import {
  INDEXED_COLUMNS,
  PROTECTED_COLUMNS,
  type IndexedColumn,
  type PatientColumns,
  type PatientRow,
  type ProtectedColumn,
} from './patient.entity';
import { normalise } from './patient.normalise';

/** A person's data key, opened for one use. */
export interface PatientKey {
  version: number;
  key: Buffer;
}

export type PlainValues = Partial<Record<ProtectedColumn, string | null>>;

const isIndexed = (column: ProtectedColumn): column is IndexedColumn =>
  (INDEXED_COLUMNS as readonly string[]).includes(column);

const keyPlace = (organizationId: number, patientId: string) =>
  placeOf(organizationId, 'patient_keys', 'wrapped_key', patientId);

/** Seals and opens what a patient's record holds, under the person's own key. */
@Injectable()
export class PatientCipher {
  private readonly indexKey: Buffer;

  constructor(
    private readonly keys: KeyRing,
    @Inject(CORE_CONFIG) config: CoreConfig,
  ) {
    this.indexKey = deriveKey(config.BLIND_INDEX_KEY.reveal(), 'patients');
  }

  /** A first data key for a new patient, and its wrapped form. */
  async createKey(organizationId: number, patientId: string): Promise<PatientKey & { wrapped: string }> {
    return {
      version: 1,
      ...(await this.keys.newDataKey(organizationId, keyPlace(organizationId, patientId))),
    };
  }

  /** Envelopes and blind indexes of the values given; null clears both. */
  seal(
    organizationId: number,
    patientId: string,
    { key, version }: PatientKey,
    values: PlainValues,
  ): PatientColumns {
    const columns: Record<string, string | null> = {};
    for (const [column, value] of Object.entries(values) as [ProtectedColumn, string | null | undefined][]) {
      if (value === undefined) continue;
      const place = placeOf(organizationId, 'patients', column, patientId);
      columns[column] = value === null ? null : sealEnvelope(key, version, value, place);
      if (isIndexed(column)) {
        columns[`${column}_index`] = value === null ? null : this.index(organizationId, column, value);
      }
    }
    return columns;
  }

  /** The plain values of a row. Throws EnvelopeError when an envelope is not this row's. */
  async open(row: PatientRow): Promise<Record<ProtectedColumn, string | null>> {
    const keys = await this.openKeys(row.organization_id, row.id, row.keys);
    const plain = {} as Record<ProtectedColumn, string | null>;
    for (const column of PROTECTED_COLUMNS) {
      const envelope = row[column];
      plain[column] =
        envelope === null ? null : this.openColumn(row.organization_id, row.id, column, envelope, keys);
    }
    return { ...plain, ...this.openCoverage(row, keys) };
  }

  /** The key that seals now: the newest version. */
  async currentKey(row: PatientRow): Promise<PatientKey> {
    const version = Math.max(...Object.keys(row.keys).map(Number));
    const keys = await this.openKeys(row.organization_id, row.id, row.keys);
    return { version, key: keys.get(version) as Buffer };
  }

  /** Opens the wrapped keys of a patient, by version. */
  async openKeys(
    organizationId: number,
    patientId: string,
    wrapped: Record<string, string>,
  ): Promise<Map<number, Buffer>> {
    const opened = new Map<number, Buffer>();
    for (const [version, text] of Object.entries(wrapped)) {
      opened.set(
        Number(version),
        await this.keys.dataKey(organizationId, text, keyPlace(organizationId, patientId)),
      );
    }
    return opened;
  }

  /** Opens one envelope of a patient's column, or of a row of another table about the patient; throws EnvelopeError. */
  openColumn(
    organizationId: number,
    rowId: string,
    column: string,
    envelope: string,
    keys: Map<number, Buffer>,
    table = 'patients',
  ): string {
    const version = Number(envelope.split('.')[1]);
    const key = keys.get(version) ?? Buffer.alloc(32);
    return openEnvelope(key, envelope, placeOf(organizationId, table, column, rowId));
  }

  /** The insurance of a record whose patient has coverages: what pays first today. */
  private openCoverage(
    { organization_id: organizationId, primary_coverage: coverage }: PatientRow,
    keys: Map<number, Buffer>,
  ): PlainValues {
    if (!coverage) return {};
    const open = (column: 'payer' | 'member_id' | 'group_number') => {
      const envelope = coverage[column];
      if (envelope === null) return null;
      return this.openColumn(organizationId, coverage.id, column, envelope, keys, 'coverages');
    };
    return {
      insurance_provider: open('payer'),
      insurance_member_id: open('member_id'),
      insurance_group_number: open('group_number'),
    };
  }

  /** The blind index of a value, in the form its column holds. */
  index(organizationId: number, column: IndexedColumn, value: string): string {
    return blindIndex(this.indexKey, organizationId, column, normalise(column, value));
  }
}
