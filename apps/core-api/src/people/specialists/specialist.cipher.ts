import { Inject, Injectable } from '@nestjs/common';
import { blindIndex, deriveKey } from '@restartix/crypto';
import { KeyRing } from '@restartix/keys';
import type { CoreConfig } from '../../core.config';
import { placeOf } from '../../platform/places';
import { CORE_CONFIG } from '../../platform/tokens';

export type SealedColumn = 'name' | 'email' | 'phone' | 'dea_number';
const INDEXED: readonly SealedColumn[] = ['email', 'dea_number'];

/** Seals what names or reaches a specialist, under the organization's key, with an index where values are unique. */
@Injectable()
export class SpecialistCipher {
  private readonly indexKey: Buffer;

  constructor(
    private readonly keys: KeyRing,
    @Inject(CORE_CONFIG) config: CoreConfig,
  ) {
    this.indexKey = deriveKey(config.BLIND_INDEX_KEY.reveal(), 'specialists');
  }

  /** Envelope of a value and, where it must be unique, its index, by column; null clears both. */
  async seal(
    organizationId: number,
    id: string,
    column: SealedColumn,
    value: string | null,
  ): Promise<Record<string, string | null>> {
    const place = placeOf(organizationId, 'specialists', column, id);
    const sealed = value === null ? null : await this.keys.seal(organizationId, value, place);
    if (!INDEXED.includes(column)) return { [column]: sealed };
    const index =
      value === null ? null : blindIndex(this.indexKey, organizationId, column, value.trim().toLowerCase());
    return { [column]: sealed, [`${column}_index`]: index };
  }

  async open(organizationId: number, id: string, column: SealedColumn, envelope: string): Promise<string>;
  async open(
    organizationId: number,
    id: string,
    column: SealedColumn,
    envelope: string | null,
  ): Promise<string | null>;
  async open(
    organizationId: number,
    id: string,
    column: SealedColumn,
    envelope: string | null,
  ): Promise<string | null> {
    if (envelope === null) return null;
    return this.keys.open(organizationId, envelope, placeOf(organizationId, 'specialists', column, id));
  }

  sealLicence(organizationId: number, id: string, number: string): Promise<string> {
    return this.keys.seal(
      organizationId,
      number,
      placeOf(organizationId, 'specialist_licences', 'number', id),
    );
  }

  openLicence(organizationId: number, id: string, envelope: string): Promise<string> {
    return this.keys.open(
      organizationId,
      envelope,
      placeOf(organizationId, 'specialist_licences', 'number', id),
    );
  }
}
