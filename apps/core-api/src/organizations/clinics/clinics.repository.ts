import { Injectable } from '@nestjs/common';
import type { Clinic, ClinicFields, ClinicListQuery } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { assignmentsOf, givenColumns, namesOf, parametersOf } from '../../platform/columns';

const CHANGEABLE = [
  ...(['name', 'address', 'city', 'state', 'zip', 'phone', 'ehr_system', 'redox_destination_id'] as const),
  ...(['timezone', 'business_hours', 'holiday_calendar', 'is_active'] as const),
] as const;
const COLUMNS = `id, ${CHANGEABLE.join(', ')}, created_at, updated_at`;

type ClinicRow = Omit<Clinic, 'created_at' | 'updated_at'> & { created_at: Date; updated_at: Date };

@Injectable()
export class ClinicsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async list({ is_active, page, page_size }: ClinicListQuery): Promise<{ rows: Clinic[]; total: number }> {
    const where = '$1::boolean is null or is_active = $1';
    const rows = await this.uow.sql.query<ClinicRow>(
      `select ${COLUMNS} from clinics where ${where} order by name, id limit $2 offset $3`,
      [is_active ?? null, page_size, (page - 1) * page_size],
    );
    const [count] = await this.uow.sql.query<{ total: number }>(
      `select count(*)::int as total from clinics where ${where}`,
      [is_active ?? null],
    );
    return { rows: rows.map(toClinic), total: count?.total ?? 0 };
  }

  async find(id: string): Promise<Clinic | undefined> {
    const [row] = await this.uow.sql.query<ClinicRow>(`select ${COLUMNS} from clinics where id = $1`, [id]);
    return row && toClinic(row);
  }

  async insert(organizationId: number, id: string, fields: ClinicFields): Promise<Clinic> {
    const given = givenColumns(CHANGEABLE, fields);
    const [row] = await this.uow.sql.query<ClinicRow>(
      `insert into clinics (organization_id, id, ${namesOf(given)})
       values ($1, $2, ${parametersOf(given, 3)}) returning ${COLUMNS}`,
      [organizationId, id, ...given.map(([, value]) => value)],
    );
    return toClinic(row as ClinicRow);
  }

  async update(id: string, change: Partial<ClinicFields>): Promise<Clinic | undefined> {
    const given = givenColumns(CHANGEABLE, change);
    const [row] = await this.uow.sql.query<ClinicRow>(
      `update clinics set ${assignmentsOf(given, 2)}, updated_at = now() where id = $1 returning ${COLUMNS}`,
      [id, ...given.map(([, value]) => value)],
    );
    return row && toClinic(row);
  }
}

const toClinic = ({ created_at, updated_at, ...row }: ClinicRow): Clinic => ({
  ...row,
  created_at: created_at.toISOString(),
  updated_at: updated_at.toISOString(),
});
