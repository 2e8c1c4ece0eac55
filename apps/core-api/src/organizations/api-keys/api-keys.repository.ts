import { Injectable } from '@nestjs/common';
import type { MemberRole, Permission } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { MainDatabases } from '../../platform/main-databases';
import type { Locks } from './api-key-lockout.policy';

export interface ApiKeyRow {
  id: string;
  label: string;
  lookup: string;
  scopes: Permission[];
  created_by: string;
  created_at: Date;
  expires_at: Date;
  revoked_at: Date | null;
  replaced_by: string | null;
  last_used_at: Date | null;
}

/** When and from which network a key was last used. */
export interface LastUse {
  keyId: string;
  at: Date;
  network: string | null;
}

/** Until when a key may not be presented, and where it was last used. */
export interface ApiKeyLocks extends Locks {
  used_network: string | null;
}

/** A key as it is before anybody is identified. */
export interface FoundApiKey extends ApiKeyLocks {
  id: string;
  organization_id: number;
  identity_organization: string | null;
  secret_index: string;
  scopes: Permission[];
  expires_at: Date;
  revoked_at: Date | null;
  user_id: string;
  email: string | null;
  role: MemberRole | null;
}

export type NewApiKey = Pick<
  ApiKeyRow,
  'id' | 'label' | 'lookup' | 'scopes' | 'created_by' | 'created_at' | 'expires_at'
> & { secret_index: string };

const COLUMNS =
  'k.id, k.label, k.lookup, k.scopes, k.created_by, k.created_at, k.expires_at, k.revoked_at, k.replaced_by';
const WITH_USE = `select ${COLUMNS}, u.last_used_at from api_keys k
  left join api_key_uses u on u.organization_id = k.organization_id and u.api_key_id = k.id`;

@Injectable()
export class ApiKeysRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly databases: MainDatabases,
  ) {}

  list(): Promise<ApiKeyRow[]> {
    return this.uow.read<ApiKeyRow>(`${WITH_USE} order by k.created_at desc, k.id desc limit 100`, []);
  }

  async find(id: string): Promise<ApiKeyRow | undefined> {
    const [row] = await this.uow.sql.query<ApiKeyRow>(`${WITH_USE} where k.id = $1`, [id]);
    return row;
  }

  /** Keeps others from rotating or revoking it meanwhile. */
  async lock(id: string): Promise<boolean> {
    return (await this.uow.sql.query('select id from api_keys where id = $1 for update', [id])).length > 0;
  }

  async countUsable(now: Date): Promise<number> {
    const [row] = await this.uow.sql.query<{ count: number }>(
      'select count(*)::int as count from api_keys where revoked_at is null and expires_at > $1',
      [now],
    );
    return row?.count ?? 0;
  }

  async insert(organizationId: number, key: NewApiKey): Promise<void> {
    await this.uow.sql.query(
      `insert into api_keys (organization_id, id, label, lookup, secret_index, scopes, created_by, created_at, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        ...[organizationId, key.id, key.label, key.lookup, key.secret_index, key.scopes],
        ...[key.created_by, key.created_at, key.expires_at],
      ],
    );
  }

  async markReplaced(id: string, by: string, expiresAt: Date): Promise<void> {
    await this.uow.sql.query(
      'update api_keys set replaced_by = $2, expires_at = least(expires_at, $3) where id = $1',
      [id, by, expiresAt],
    );
  }

  async markRevoked(id: string, at: Date): Promise<void> {
    await this.uow.sql.query('update api_keys set revoked_at = $2 where id = $1 and revoked_at is null', [
      id,
      at,
    ]);
  }

  /** Through the one function that may look before anyone is identified. One row at least, without a key's id. */
  resolve(lookup: string, network: string): Promise<(FoundApiKey | (ApiKeyLocks & { id: null }))[]> {
    return this.databases.requests.query('select * from resolve_api_key($1, $2)', [lookup, network]);
  }

  /** When keys were last used. Runs as system work for one organization. */
  async touch(organizationId: number, uses: readonly LastUse[]): Promise<void> {
    await this.uow.sql.query(
      `insert into api_key_uses as u (organization_id, api_key_id, last_used_at, network_index)
       select $1, * from unnest($2::uuid[], $3::timestamptz[], $4::text[])
       on conflict (organization_id, api_key_id) do update set
         last_used_at = greatest(u.last_used_at, excluded.last_used_at),
         network_index = coalesce(excluded.network_index, u.network_index)`,
      [
        ...[organizationId, uses.map(({ keyId }) => keyId), uses.map(({ at }) => at.toISOString())],
        uses.map(({ network }) => network),
      ],
    );
  }
}
