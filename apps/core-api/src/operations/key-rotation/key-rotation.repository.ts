import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import { PLATFORM_ORGANIZATION } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import type { SealedColumn } from '../../platform/sealed-columns';

const REASON = 'rotation of keys';

/** An envelope that is under an older version, and the row it is in. */
export interface StaleEnvelope {
  id: string;
  /** Values of the row's key, as texts. */
  key: string[];
  envelope: string;
}

/** What a rotation reads and writes; each call is a unit of system work of one organization. */
@Injectable()
export class KeyRotationRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly trail: AuditTrail,
  ) {}

  /** Every organization that has a key, the platform (0) first, with the age in days of its newest. */
  organizations(): Promise<{ id: number; age: number }[]> {
    return this.uow.asSystem(REASON, null, () =>
      this.uow.sql.query(
        `select organization_id as id, extract(epoch from now() - max(created_at))::float8 / 86400 as age
           from organization_keys group by organization_id order by organization_id`,
      ),
    );
  }

  /** Up to `limit` envelopes under a version before `version`, in rows after the key `after`. */
  stale(
    organizationId: number,
    { table, column, id, key, scope }: SealedColumn,
    version: number,
    after: readonly string[] | null,
    limit: number,
  ): Promise<StaleEnvelope[]> {
    const names = Object.keys(key);
    const columns = names.map((name) => `${name}::text`).join(', ');
    const position = Object.values(key).map((type, index) => `$${index + 4}::${type}`);
    const later = after ? `and (${names.join(', ')}) > (${position.join(', ')})` : '';
    const where = scope === 'organization' ? 'organization_id = $1' : '$1::int = 0';
    return this.uow.asSystem(REASON, orNobody(organizationId), () =>
      this.uow.sql.query(
        `select (${id})::text as id, array[${columns}] as key, ${column} as envelope from ${table}
          where ${where} and ${column} ~ '^e1[.]' and split_part(${column}, '.', 2)::int < $2 ${later}
          order by ${names.join(', ')} limit $3`,
        [organizationId, version, limit, ...(after ?? [])],
      ),
    );
  }

  /**
   * Puts envelopes of the same content in the places of others, where those still stand; answers how many. It leaves
   * one event for the batch: the triggers pass over it.
   */
  replace(
    organizationId: number,
    { table, column, key }: SealedColumn,
    replacements: readonly (StaleEnvelope & { anew: string })[],
  ): Promise<number> {
    const fields = Object.entries(key);
    const names = fields.map((_, index) => `key${index}`);
    const match = fields.map(([name, type], index) => `t.${name} = r.key${index}::${type}`).join(' and ');
    return this.uow.asSystem(REASON, orNobody(organizationId), async () => {
      await this.uow.sql.query(`select set_config('app.reencryption', 'on', true)`);
      const rows = await this.uow.sql.query(
        `update ${table} t set ${column} = r.anew
           from unnest($1::text[], $2::text[], ${names.map((_, index) => `$${index + 3}::text[]`).join(', ')})
             as r (envelope, anew, ${names.join(', ')})
          where ${match} and t.${column} = r.envelope returning 1 as moved`,
        [
          replacements.map(({ envelope }) => envelope),
          replacements.map(({ anew }) => anew),
          ...names.map((_, index) => replacements.map((replacement) => replacement.key[index])),
        ],
      );
      this.record(organizationId, `${table}.${column}`, rows.length);
      return rows.length;
    });
  }

  /** Records a step of a rotation in the organization's log. */
  announce(organizationId: number, step: string, count: number): Promise<void> {
    return this.uow.asSystem(REASON, orNobody(organizationId), async () =>
      this.record(organizationId, step, count),
    );
  }

  private record(organizationId: number, step: string, count: number): void {
    this.trail.record({
      action: 'configure',
      resourceType: 'organization_key',
      organizationId,
      details: { description: 'Rotation of keys', step, count },
    });
  }
}

/** The platform is organization 0 in the log, and none in the database. */
const orNobody = (organizationId: number): number | null =>
  organizationId === PLATFORM_ORGANIZATION ? null : organizationId;
