import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@restartix/database';
import { assignmentsOf } from '../../platform/columns';
import { PROFILE_COLUMNS, type PersonRow, type ProfileColumn, type ProfileRow } from './profile.entity';

const COLUMNS = ['id', 'version', 'wrapped_key', 'updated_at', ...PROFILE_COLUMNS]
  .map((column) => `person.${column}`)
  .join(', ');

/** What is written of a profile: envelopes; null clears. */
export type ProfileColumns = Partial<Record<ProfileColumn, string | null>>;

/** SQL of `patient_persons`. Row-level security shows the owner's, and what was shared with the organization. */
@Injectable()
export class ProfilesRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Whose a record is. Undefined for a record the caller may not see. */
  async find(patientId: string): Promise<PersonRow | undefined> {
    const [row] = await this.uow.sql.query<
      Partial<ProfileRow> & { person_id: string; user_id: string | null }
    >(
      `select p.patient_person_id as person_id, p.user_id, ${COLUMNS}
         from patients p left join patient_persons person on person.id = p.patient_person_id
        where p.id = $1 and p.deleted_at is null`,
      [patientId],
    );
    if (!row) return undefined;
    const { person_id, user_id, ...profile } = row;
    return { id: person_id, user_id, profile: profile.wrapped_key ? (profile as ProfileRow) : null };
  }

  /** The profile of whoever has this login, kept from changing until the unit ends. */
  async findOwnForChange(userId: string): Promise<(ProfileRow & { id: string }) | undefined> {
    const [row] = await this.uow.sql.query<ProfileRow & { id: string }>(
      `select ${COLUMNS} from patient_persons person where person.user_id = $1 for update of person`,
      [userId],
    );
    return row;
  }

  async update(id: string, columns: ProfileColumns): Promise<void> {
    const given = Object.entries(columns);
    await this.uow.sql.query(
      `update patient_persons set ${assignmentsOf(given, 2)}, version = version + 1, updated_at = now() where id = $1`,
      [id, ...given.map(([, value]) => value)],
    );
  }
}
