import { Injectable } from '@nestjs/common';
import type { OrganizationSettings, SsoConnection } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { parametersOf } from '../../platform/columns';

const COLUMNS = [
  ...(['timezone', 'locale', 'public_booking', 'require_licence'] as const),
  ...(['waitlist_offer_minutes', 'care_days_after_visit', 'low_rating_threshold'] as const),
] as const;
type Values = Omit<OrganizationSettings, 'feature_flags' | 'sso'>;

@Injectable()
export class SettingsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async find(): Promise<(Values & Pick<OrganizationSettings, 'sso'>) | undefined> {
    const [row] = await this.uow.sql.query<Values & Pick<OrganizationSettings, 'sso'>>(
      `select ${COLUMNS.join(', ')}, case when sso_issuer is not null then
         jsonb_build_object('issuer', sso_issuer, 'connection', sso_connection) end as sso
       from organization_settings`,
      [],
    );
    return row;
  }

  /** From now on, or nothing any more. */
  async demandSso(organizationId: number, sso: SsoConnection | null): Promise<void> {
    await this.uow.sql.query(
      `insert into organization_settings (organization_id, sso_issuer, sso_connection, sso_since)
       values ($1, $2, $3, case when $2::text is not null then current_app_time() end)
       on conflict (organization_id) do update set sso_issuer = excluded.sso_issuer,
         sso_connection = excluded.sso_connection, sso_since = excluded.sso_since, updated_at = now()`,
      [organizationId, sso?.issuer ?? null, sso?.connection ?? null],
    );
  }

  async put(organizationId: number, values: Values): Promise<void> {
    await this.uow.sql.query(
      `insert into organization_settings (organization_id, ${COLUMNS.join(', ')})
       values ($1, ${parametersOf(COLUMNS, 2)})
       on conflict (organization_id) do update
       set ${COLUMNS.map((column) => `${column} = excluded.${column}`).join(', ')}, updated_at = now()`,
      [organizationId, ...COLUMNS.map((column) => values[column])],
    );
  }

  async flags(): Promise<Record<string, boolean>> {
    const rows = await this.uow.sql.query<{ name: string; enabled: boolean }>(
      'select name, enabled from feature_flags',
      [],
    );
    return Object.fromEntries(rows.map(({ name, enabled }) => [name, enabled]));
  }

  async putFlag(organizationId: number, name: string, enabled: boolean): Promise<void> {
    await this.uow.sql.query(
      `insert into feature_flags (organization_id, name, enabled) values ($1, $2, $3)
       on conflict (organization_id, name) do update set enabled = excluded.enabled, updated_at = now()`,
      [organizationId, name, enabled],
    );
  }
}
