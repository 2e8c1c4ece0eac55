import { Injectable } from '@nestjs/common';
import type { Licence, SpecialistClinic, SpecialistListQuery } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { assignmentsOf, givenColumns, namesOf, parametersOf } from '../../platform/columns';
import type { DatedLicence } from './specialist.policy';

export interface SpecialistRow {
  id: string;
  organization_id: number;
  user_id: string | null;
  name: string;
  title: string | null;
  bio: string | null;
  email: string | null;
  phone: string | null;
  npi: string | null;
  dea_number: string | null;
  hpr_number: string | null;
  credentials: string[];
  specialty_ids: string[];
  scheduling_timezone: string | null;
  scheduling_active: boolean;
  is_active: boolean;
  accepting_new_patients: boolean;
  created_at: Date;
  updated_at: Date;
}

export interface LicenceRow extends DatedLicence {
  id: string;
  number: string;
  issuing_body: string | null;
}

const CHANGEABLE = [
  ...([
    'name',
    'title',
    'bio',
    'email',
    'email_index',
    'phone',
    'npi',
    'dea_number',
    'dea_number_index',
  ] as const),
  ...(['hpr_number', 'credentials', 'scheduling_timezone', 'scheduling_active', 'is_active'] as const),
  'accepting_new_patients',
] as const;

const COLUMNS = `s.id, s.organization_id, s.user_id, s.name, s.title, s.bio, s.email, s.phone, s.npi, s.dea_number,
  s.hpr_number, s.credentials, s.scheduling_timezone, s.scheduling_active, s.is_active, s.accepting_new_patients,
  s.created_at, s.updated_at,
  array(select ss.specialty_id from specialist_specialties ss
    where ss.organization_id = s.organization_id and ss.specialist_id = s.id and ss.is_active) as specialty_ids`;

const ORDER: Readonly<Record<SpecialistListQuery['sort'], string>> = {
  created_at: 's.created_at, s.id',
  '-created_at': 's.created_at desc, s.id',
  title: 's.title, s.id',
  '-title': 's.title desc, s.id',
};

@Injectable()
export class SpecialistsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async list(query: SpecialistListQuery): Promise<{ rows: SpecialistRow[]; total: number }> {
    const where = `s.deleted_at is null and ($1::boolean is null or s.scheduling_active = $1)
      and ($2::uuid is null or exists (select 1 from specialist_specialties ss where ss.specialist_id = s.id
        and ss.organization_id = s.organization_id and ss.specialty_id = $2 and ss.is_active))
      and ($3::uuid is null or exists (select 1 from specialist_clinics sc where sc.specialist_id = s.id
        and sc.organization_id = s.organization_id and sc.clinic_id = $3 and sc.is_active))`;
    const values = [query.scheduling_active ?? null, query.specialty_id ?? null, query.clinic_id ?? null];
    const rows = await this.uow.sql.query<SpecialistRow>(
      `select ${COLUMNS} from specialists s where ${where} order by ${ORDER[query.sort]} limit $4 offset $5`,
      [...values, query.page_size, (query.page - 1) * query.page_size],
    );
    const [count] = await this.uow.sql.query<{ total: number }>(
      `select count(*)::int as total from specialists s where ${where}`,
      values,
    );
    return { rows, total: count?.total ?? 0 };
  }

  async find(id: string): Promise<SpecialistRow | undefined> {
    const [row] = await this.uow.sql.query<SpecialistRow>(
      `select ${COLUMNS} from specialists s where s.id = $1 and s.deleted_at is null`,
      [id],
    );
    return row;
  }

  async findForChange(id: string): Promise<Pick<SpecialistRow, 'npi' | 'hpr_number'> | undefined> {
    const [row] = await this.uow.sql.query<Pick<SpecialistRow, 'npi' | 'hpr_number'>>(
      'select npi, hpr_number from specialists where id = $1 and deleted_at is null for update',
      [id],
    );
    return row;
  }

  async insert(organizationId: number, id: string, columns: Record<string, unknown>): Promise<void> {
    const given = givenColumns(CHANGEABLE, columns);
    await this.uow.sql.query(
      `insert into specialists (organization_id, id, ${namesOf(given)})
       values ($1, $2, ${parametersOf(given, 3)})`,
      [organizationId, id, ...given.map(([, value]) => value)],
    );
  }

  async update(id: string, columns: Record<string, unknown>): Promise<boolean> {
    const given = givenColumns(CHANGEABLE, columns);
    const set = given.length > 0 ? `${assignmentsOf(given, 2)}, ` : '';
    const rows = await this.uow.sql.query(
      `update specialists set ${set}version = version + 1, updated_at = now() where id = $1 returning 1 as changed`,
      [id, ...given.map(([, value]) => value)],
    );
    return rows.length > 0;
  }

  async bookableState(id: string): Promise<{ isActive: boolean; acceptsNewPatients: boolean } | undefined> {
    const [row] = await this.uow.sql.query<{ isActive: boolean; acceptsNewPatients: boolean }>(
      `select is_active as "isActive", accepting_new_patients as "acceptsNewPatients"
         from specialists where id = $1 and deleted_at is null`,
      [id],
    );
    return row;
  }

  clinics(specialistId: string): Promise<SpecialistClinic[]> {
    return this.uow.sql.query<SpecialistClinic>(
      `select clinic_id, is_primary from specialist_clinics where specialist_id = $1 and is_active
        order by is_primary desc, clinic_id`,
      [specialistId],
    );
  }

  licences(specialistId: string, removedToo = false): Promise<LicenceRow[]> {
    return this.uow.sql.query<LicenceRow>(
      `select id, country, state, number, issuing_body, issued_on::text, expires_on::text from specialist_licences
        where specialist_id = $1 and (is_active or $2) order by country, state`,
      [specialistId, removedToo],
    );
  }

  async putSpecialties(organizationId: number, specialistId: string, ids: readonly string[]): Promise<void> {
    await this.uow.sql.query(
      `update specialist_specialties set is_active = false
        where specialist_id = $1 and is_active and specialty_id <> all($2::uuid[])`,
      [specialistId, ids],
    );
    await this.uow.sql.query(
      `insert into specialist_specialties (organization_id, specialist_id, specialty_id)
       select $1, $2, id from unnest($3::uuid[]) as id
       on conflict (organization_id, specialist_id, specialty_id) do update set is_active = true`,
      [organizationId, specialistId, ids],
    );
  }

  async putClinics(
    organizationId: number,
    specialistId: string,
    clinics: readonly SpecialistClinic[],
  ): Promise<void> {
    await this.uow.sql.query(
      `update specialist_clinics set is_active = false, is_primary = false, updated_at = now()
        where specialist_id = $1 and is_active`,
      [specialistId],
    );
    await this.uow.sql.query(
      `insert into specialist_clinics (organization_id, specialist_id, clinic_id, is_primary)
       select $1, $2, c.clinic_id, coalesce(c.is_primary, false)
         from jsonb_to_recordset($3::jsonb) as c (clinic_id uuid, is_primary boolean)
       on conflict (organization_id, specialist_id, clinic_id)
       do update set is_active = true, is_primary = excluded.is_primary, updated_at = now()`,
      [organizationId, specialistId, JSON.stringify(clinics)],
    );
  }

  /** Each licence with the id and the envelope of its number. */
  async putLicences(
    organizationId: number,
    specialistId: string,
    licences: readonly (Licence & { id: string })[],
  ): Promise<void> {
    await this.uow.sql.query(
      `update specialist_licences set is_active = false, updated_at = now()
        where specialist_id = $1 and is_active and id <> all($2::uuid[])`,
      [specialistId, licences.map(({ id }) => id)],
    );
    await this.uow.sql.query(
      `insert into specialist_licences
         (organization_id, specialist_id, id, country, state, number, issuing_body, issued_on, expires_on)
       select $1, $2, l.id, l.country, coalesce(l.state, ''), l.number, l.issuing_body, l.issued_on, l.expires_on
         from jsonb_to_recordset($3::jsonb) as l (id uuid, country text, state text, number text, issuing_body text,
           issued_on date, expires_on date)
       on conflict (organization_id, specialist_id, country, state) do update set number = excluded.number,
         issuing_body = excluded.issuing_body, issued_on = excluded.issued_on, expires_on = excluded.expires_on,
         is_active = true, updated_at = now()`,
      [organizationId, specialistId, JSON.stringify(licences)],
    );
  }
}
