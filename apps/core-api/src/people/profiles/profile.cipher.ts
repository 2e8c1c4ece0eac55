import { Injectable } from '@nestjs/common';
import { PLATFORM_ORGANIZATION, type ProfileFields, type UpdateProfileRequest } from '@restartix/contracts';
import { KeyRing } from '@restartix/keys';
import { openUnderRow, sealUnderRow } from '../../platform/row-key';
import { isList, PROFILE_COLUMNS, type ProfileRow } from './profile.entity';
import type { ProfileColumns } from './profiles.repository';

const TABLE = 'patient_persons';

/** Seals and opens portable profiles, each under the person's own key; that is of no organization. */
@Injectable()
export class ProfileCipher {
  constructor(private readonly keys: KeyRing) {}

  /** Envelopes of what a change gives; null stays null. */
  async seal(id: string, wrappedKey: string, change: UpdateProfileRequest): Promise<ProfileColumns> {
    const [cleared, texts]: [ProfileColumns, Record<string, string>] = [{}, {}];
    for (const column of PROFILE_COLUMNS) {
      const value = change[column];
      if (value === null) cleared[column] = null;
      else if (value !== undefined) texts[column] = typeof value === 'string' ? value : JSON.stringify(value);
    }
    const { wrapped_key: _known, ...sealed } = await sealUnderRow(
      this.keys,
      TABLE,
      keyedRow(id, wrappedKey),
      texts,
    );
    return { ...cleared, ...sealed };
  }

  /** Every field; null where nothing is stated. Throws EnvelopeError for an envelope that is not this person's. */
  async open(id: string, row: ProfileRow): Promise<ProfileFields> {
    const fields = await Promise.all(
      PROFILE_COLUMNS.map(async (column) => {
        const envelope = row[column];
        if (envelope === null) return [column, null];
        const text = await openUnderRow(this.keys, TABLE, keyedRow(id, row.wrapped_key), column, envelope);
        return [column, isList(column) ? JSON.parse(text) : text];
      }),
    );
    return Object.fromEntries(fields) as ProfileFields;
  }
}

const keyedRow = (id: string, wrapped_key: string) => ({
  organization_id: PLATFORM_ORGANIZATION,
  id,
  wrapped_key,
});
