import { Injectable } from '@nestjs/common';
import type {
  AppointmentType,
  AppointmentTypeFields,
  AppointmentTypeListQuery,
  AppointmentTypeSpecialist,
} from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { assignmentsOf, givenColumns, namesOf, parametersOf } from '../../platform/columns';

const CHANGEABLE = [
  ...([
    'title',
    'description',
    'mode',
    'clinic_id',
    'specialty_id',
    'duration_minutes',
    'step_minutes',
  ] as const),
  ...(['buffer_before_minutes', 'buffer_after_minutes', 'minimum_notice_minutes', 'horizon_days'] as const),
  ...(['is_published', 'is_active'] as const),
] as const;
const COLUMNS = `t.id, ${CHANGEABLE.map((column) => `t.${column}`).join(', ')}, t.created_at, t.updated_at,
  coalesce((select jsonb_agg(jsonb_build_object('specialist_id', s.specialist_id, 'priority', s.priority)
      order by s.priority, s.specialist_id)
    from appointment_type_specialists s where s.organization_id = t.organization_id
     and s.appointment_type_id = t.id and s.is_active), '[]') as specialists`;

type TypeRow = Omit<AppointmentType, 'created_at' | 'updated_at'> & { created_at: Date; updated_at: Date };
type Fields = Partial<Omit<AppointmentTypeFields, 'specialists'>>;

@Injectable()
export class AppointmentTypesRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async list(query: AppointmentTypeListQuery): Promise<{ rows: AppointmentType[]; total: number }> {
    const where = '$1::boolean is null or t.is_active = $1';
    const active = query.is_active ?? null;
    const rows = await this.uow.sql.query<TypeRow>(
      `select ${COLUMNS} from appointment_types t where ${where} order by t.title, t.id limit $2 offset $3`,
      [active, query.page_size, (query.page - 1) * query.page_size],
    );
    const [count] = await this.uow.sql.query<{ total: number }>(
      `select count(*)::int as total from appointment_types t where ${where}`,
      [active],
    );
    return { rows: rows.map(toType), total: count?.total ?? 0 };
  }

  async find(id: string): Promise<AppointmentType | undefined> {
    const [row] = await this.uow.sql.query<TypeRow>(
      `select ${COLUMNS} from appointment_types t where t.id = $1`,
      [id],
    );
    return row && toType(row);
  }

  async insert(organizationId: number, id: string, fields: Fields): Promise<void> {
    const given = givenColumns(CHANGEABLE, fields);
    await this.uow.sql.query(
      `insert into appointment_types (organization_id, id, ${namesOf(given)})
       values ($1, $2, ${parametersOf(given, 3)})`,
      [organizationId, id, ...given.map(([, value]) => value)],
    );
  }

  async update(id: string, change: Fields): Promise<boolean> {
    const given = givenColumns(CHANGEABLE, change);
    const set = given.length > 0 ? `${assignmentsOf(given, 2)}, ` : '';
    const rows = await this.uow.sql.query(
      `update appointment_types set ${set}updated_at = now() where id = $1 returning 1 as changed`,
      [id, ...given.map(([, value]) => value)],
    );
    return rows.length > 0;
  }

  async putSpecialists(
    organizationId: number,
    id: string,
    specialists: readonly AppointmentTypeSpecialist[],
  ): Promise<void> {
    await this.uow.sql.query(
      `update appointment_type_specialists set is_active = false, updated_at = now()
        where appointment_type_id = $1 and is_active and specialist_id <> all($2::uuid[])`,
      [id, specialists.map(({ specialist_id }) => specialist_id)],
    );
    await this.uow.sql.query(
      `insert into appointment_type_specialists (organization_id, appointment_type_id, specialist_id, priority)
       select $1, $2, s.specialist_id, coalesce(s.priority, 100)
         from jsonb_to_recordset($3::jsonb) as s (specialist_id uuid, priority smallint)
       on conflict (organization_id, appointment_type_id, specialist_id)
       do update set priority = excluded.priority, is_active = true, updated_at = now()`,
      [organizationId, id, JSON.stringify(specialists)],
    );
  }
}

const toType = ({ created_at, updated_at, ...row }: TypeRow): AppointmentType => ({
  ...row,
  created_at: created_at.toISOString(),
  updated_at: updated_at.toISOString(),
});
