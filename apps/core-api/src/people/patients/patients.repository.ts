import { Injectable } from '@nestjs/common';
import type { PatientListQuery } from '@restartix/contracts';
import { UnitOfWork, type Statement } from '@restartix/database';
import { careInForce } from '../../platform/care-in-force';
import {
  PROTECTED_COLUMNS,
  type IndexedColumn,
  type PatientColumns,
  type PatientRow,
} from './patient.entity';

/** A record that states its insurance itself has no coverages: the first that is entered takes its place. */
const COLUMNS = `p.id, p.organization_id, p.version, p.recording_consent, p.profile_shared, p.created_at, p.updated_at,
  ${PROTECTED_COLUMNS.map((column) => `p.${column}`).join(', ')},
  (select jsonb_object_agg(k.version, k.wrapped_key) from patient_keys k
    where k.organization_id = p.organization_id and k.patient_id = p.id) as keys,
  case when num_nonnulls(p.insurance_provider, p.insurance_member_id, p.insurance_group_number) = 0
       then primary_coverage(p.organization_id, p.id) end as primary_coverage`;

const FIND = `select ${COLUMNS} from patients p where p.id = $1 and p.deleted_at is null`;

const ORDER: Readonly<Record<PatientListQuery['sort'], string>> = {
  created_at: 'p.created_at, p.id',
  '-created_at': 'p.created_at desc, p.id',
  updated_at: 'p.updated_at, p.id',
  '-updated_at': 'p.updated_at desc, p.id',
};

interface Slice {
  page: number;
  page_size: number;
}

/** A condition of a list: SQL with one parameter. */
type Condition = [sql: (parameter: string) => string, value: unknown];

/** SQL of `patients`. Row-level security narrows every statement to the caller's organization and relationship. */
@Injectable()
export class PatientsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async list(query: PatientListQuery): Promise<{ rows: PatientRow[]; total: number }> {
    const conditions: Condition[] = [];
    if (query.specialist_id) {
      conditions.push([
        (id) => `exists (select 1 from care_relationships c where c.organization_id = p.organization_id
          and c.patient_id = p.id and ${careInForce('c')} and c.specialist_id = ${id})`,
        query.specialist_id,
      ]);
    }
    if (query['created_at.gte'])
      conditions.push([(time) => `p.created_at >= ${time}`, query['created_at.gte']]);
    if (query['created_at.lte'])
      conditions.push([(time) => `p.created_at <= ${time}`, query['created_at.lte']]);
    return this.select(conditions, ORDER[query.sort], query);
  }

  /** Records whose blind indexes all match. */
  search(
    indexes: ReadonlyMap<IndexedColumn, string>,
    slice: Slice,
  ): Promise<{ rows: PatientRow[]; total: number }> {
    const conditions = [...indexes].map(([column, index]): Condition => [
      (value) => `p.${column}_index = ${value}`,
      index,
    ]);
    return this.select(conditions, ORDER['-created_at'], slice);
  }

  /** The statement that finds a record, for those who do more with it than run it. */
  one(id: string): Statement {
    return { text: FIND, values: [id] };
  }

  async find(id: string): Promise<PatientRow | undefined> {
    const [row] = await this.uow.sql.query<PatientRow>(FIND, [id]);
    return row;
  }

  /** The record, kept from changing until the unit ends. */
  async findForChange(id: string): Promise<PatientRow | undefined> {
    const [row] = await this.uow.sql.query<PatientRow>(`${FIND} for update of p`, [id]);
    return row;
  }

  /** Whether any coverage was ever entered for a patient; asked while its record is kept from changing. */
  async hasCoverages(id: string): Promise<boolean> {
    const rows = await this.uow.sql.query('select 1 from coverages where patient_id = $1 limit 1', [id]);
    return rows.length > 0;
  }

  async idOfUser(userId: string): Promise<string | undefined> {
    const [row] = await this.uow.sql.query<{ id: string }>(
      'select id from patients where user_id = $1 and deleted_at is null',
      [userId],
    );
    return row?.id;
  }

  async userOf(id: string): Promise<string | null | undefined> {
    const [row] = await this.uow.sql.query<{ user_id: string | null }>(
      'select user_id from patients where id = $1 and deleted_at is null',
      [id],
    );
    return row?.user_id;
  }

  async insertPerson(id: string, wrappedKey: string, userId: string | null): Promise<void> {
    await this.uow.sql.query('insert into patient_persons (id, wrapped_key, user_id) values ($1, $2, $3)', [
      id,
      wrappedKey,
      userId,
    ]);
  }

  /** The person a login is; as system work. */
  async personOfUser(userId: string): Promise<string | undefined> {
    const [row] = await this.uow.sql.query<{ id: string }>(
      'select id from patient_persons where user_id = $1 for update',
      [userId],
    );
    return row?.id;
  }

  /** Whether a login, or the person it is, has a record in the organization; as system work. */
  async hasRecord(userId: string, personId: string | undefined): Promise<boolean> {
    const rows = await this.uow.sql.query(
      'select 1 as known from patients where user_id = $1 or patient_person_id = $2 limit 1',
      [userId, personId ?? null],
    );
    return rows.length > 0;
  }

  /** The blind index of the date of birth in a record; null when it states none. */
  async birthIndexOf(id: string): Promise<string | null> {
    const [row] = await this.uow.sql.query<{ stated: string | null }>(
      'select date_of_birth_index as stated from patients where id = $1',
      [id],
    );
    return row?.stated ?? null;
  }

  /** The person of a record, kept from being given to another; none where either has an owner. As system work. */
  async unownedPersonOf(id: string): Promise<string | undefined> {
    const [row] = await this.uow.sql.query<{ person: string }>(
      `select person.id as person from patients p join patient_persons person on person.id = p.patient_person_id
        where p.id = $1 and p.user_id is null and person.user_id is null and p.deleted_at is null for update`,
      [id],
    );
    return row?.person;
  }

  /** Makes a login, which is this person, the owner of a record; as system work. */
  async giveRecord(id: string, personId: string, userId: string): Promise<void> {
    await this.uow.sql.query(
      `update patients p set patient_person_id = $2, user_id = $3, version = p.version + 1, updated_at = now()
        where p.id = $1`,
      [id, personId, userId],
    );
  }

  async givePerson(personId: string, userId: string): Promise<void> {
    await this.uow.sql.query('update patient_persons set user_id = $2, updated_at = now() where id = $1', [
      personId,
      userId,
    ]);
  }

  /** As system work; refused by the database while any record is this person's. */
  async deletePerson(personId: string): Promise<void> {
    await this.uow.sql.query('delete from patient_persons where id = $1', [personId]);
  }

  async insert(
    organizationId: number,
    id: string,
    personId: string,
    columns: PatientColumns & { user_id?: string },
  ): Promise<void> {
    const names = Object.keys(columns);
    const parameters = names.map((_, index) => `$${index + 4}`);
    await this.uow.sql.query(
      `insert into patients (organization_id, id, patient_person_id, ${names.join(', ')})
       values ($1, $2, $3, ${parameters.join(', ')})`,
      [organizationId, id, personId, ...Object.values(columns)],
    );
  }

  async insertKey(
    organizationId: number,
    patientId: string,
    version: number,
    wrapped: string,
  ): Promise<void> {
    await this.uow.sql.query(
      'insert into patient_keys (organization_id, patient_id, version, wrapped_key) values ($1, $2, $3, $4)',
      [organizationId, patientId, version, wrapped],
    );
  }

  /** Writes the columns; undefined when the caller may not change the row. */
  async update(id: string, columns: PatientColumns): Promise<PatientRow | undefined> {
    const assignments = Object.keys(columns).map((name, index) => `${name} = $${index + 2}`);
    const [row] = await this.uow.sql.query<PatientRow>(
      `update patients p set ${[...assignments, 'version = p.version + 1', 'updated_at = now()'].join(', ')}
        where p.id = $1 returning ${COLUMNS}`,
      [id, ...Object.values(columns)],
    );
    return row;
  }

  /** Wrapped keys of patients, for opening what the audit trail holds of them. */
  async keysOf(
    patientIds: readonly string[],
  ): Promise<{ patient_id: string; keys: Record<string, string> }[]> {
    return this.uow.sql.query(
      `select patient_id, jsonb_object_agg(version, wrapped_key) as keys from patient_keys
        where patient_id = any($1::uuid[]) group by patient_id`,
      [patientIds],
    );
  }

  /** Those of the patients whose keys were destroyed. */
  async erasedAmong(patientIds: readonly string[]): Promise<string[]> {
    const rows = await this.uow.sql.query<{ patient_id: string }>(
      'select patient_id from erasures where patient_id = any($1::uuid[])',
      [patientIds],
    );
    return rows.map(({ patient_id }) => patient_id);
  }

  private async select(
    conditions: Condition[],
    order: string,
    slice: Slice,
  ): Promise<{ rows: PatientRow[]; total: number }> {
    const where = ['p.deleted_at is null', ...conditions.map(([sql], index) => sql(`$${index + 1}`))].join(
      ' and ',
    );
    const values = conditions.map(([, value]) => value);
    const [limit, offset] = [`$${values.length + 1}`, `$${values.length + 2}`];
    const found = await this.uow.sql.query<PatientRow & { total: number }>(
      `select ${COLUMNS}, count(*) over ()::int as total from patients p
        where ${where} order by ${order} limit ${limit} offset ${offset}`,
      [...values, slice.page_size, (slice.page - 1) * slice.page_size],
    );
    if (found[0] || slice.page === 1) return { rows: found, total: found[0]?.total ?? 0 };
    const [row] = await this.uow.sql.query<{ total: number }>(
      `select count(*)::int as total from patients p where ${where}`,
      values,
    );
    return { rows: [], total: row?.total ?? 0 };
  }
}
