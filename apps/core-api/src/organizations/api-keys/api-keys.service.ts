import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '@restartix/context';
import {
  API_KEY_SCOPES,
  API_KEYS_MAX,
  type ApiKey,
  type CreateApiKeyRequest,
  type IssuedApiKey,
  type RotateApiKeyRequest,
} from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { conflict, notFound } from '@restartix/errors';
import { mintApiKey, prefixOf, type ApiKeyRealm } from '@restartix/tenancy';
import { v7 as uuidv7 } from 'uuid';
import type { CoreConfig } from '../../core.config';
import { caller } from '../../platform/caller';
import { CORE_CONFIG } from '../../platform/tokens';
import { ApiKeysRepository, type ApiKeyRow } from './api-keys.repository';
import { realmOf } from './realm';

const HOUR_MS = 3_600_000;
const DAYS = 90;
const OVERLAP_HOURS = 24;

/** Keys of the active organization. */
@Injectable()
export class ApiKeysService {
  private readonly realm: ApiKeyRealm;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: ApiKeysRepository,
    private readonly clock: Clock,
    @Inject(CORE_CONFIG) config: CoreConfig,
  ) {
    this.realm = realmOf(config);
  }

  async list(): Promise<ApiKey[]> {
    return (await this.repository.list()).map((row) => this.present(row));
  }

  /** Throws conflict when the organization has as many usable keys as it may. */
  create({ label, scopes, expires_in_days = DAYS }: CreateApiKeyRequest): Promise<IssuedApiKey> {
    return this.uow.run(async () => {
      if ((await this.repository.countUsable(this.clock.now())) >= API_KEYS_MAX)
        throw conflict(`An organization has at most ${API_KEYS_MAX} keys. Revoke one that nobody needs.`);
      return this.issue({ label, scopes }, expires_in_days);
    });
  }

  /**
   * The new key is the caller's: also that of an administrator who leaves goes on so. Throws not_found, or conflict for
   * one that is over or has been replaced.
   */
  rotate(
    id: string,
    { overlap_hours = OVERLAP_HOURS, expires_in_days = DAYS }: RotateApiKeyRequest,
  ): Promise<IssuedApiKey> {
    return this.uow.run(async () => {
      const old = await this.locked(id);
      const now = this.clock.now();
      if (old.revoked_at || old.expires_at <= now) throw conflict('This key is over. Make a new one.');
      if (old.replaced_by) throw conflict('This key has been replaced already. Rotate the one that follows.');
      const scopes = old.scopes.filter((scope) => API_KEY_SCOPES.includes(scope));
      const issued = await this.issue({ label: old.label, scopes }, expires_in_days);
      await this.repository.markReplaced(id, issued.id, new Date(now.getTime() + overlap_hours * HOUR_MS));
      return issued;
    });
  }

  /** Nothing more happens to one that is revoked. Throws not_found. */
  revoke(id: string): Promise<ApiKey> {
    return this.uow.run(async () => {
      const { revoked_at, ...key } = await this.locked(id);
      const now = this.clock.now();
      if (!revoked_at) await this.repository.markRevoked(id, now);
      return this.present({ ...key, revoked_at: revoked_at ?? now });
    });
  }

  private async locked(id: string): Promise<ApiKeyRow> {
    const key = (await this.repository.lock(id)) && (await this.repository.find(id));
    if (!key) throw notFound();
    return key;
  }

  private async issue(what: Pick<ApiKeyRow, 'label' | 'scopes'>, days: number): Promise<IssuedApiKey> {
    const { organizationId, userId } = caller();
    const { key, lookup, hash } = mintApiKey(this.realm);
    const created_at = this.clock.now();
    const row = {
      ...what,
      ...{ id: uuidv7(), lookup, created_by: userId ?? '', created_at },
      expires_at: new Date(created_at.getTime() + days * 24 * HOUR_MS),
    };
    await this.repository.insert(organizationId, { ...row, secret_index: hash });
    return { ...this.present({ ...row, revoked_at: null, replaced_by: null, last_used_at: null }), key };
  }

  private present({ lookup, ...row }: ApiKeyRow): ApiKey {
    return {
      id: row.id,
      label: row.label,
      prefix: prefixOf(lookup, this.realm),
      scopes: row.scopes,
      created_by: row.created_by,
      created_at: row.created_at.toISOString(),
      expires_at: row.expires_at.toISOString(),
      revoked_at: row.revoked_at?.toISOString() ?? null,
      replaced_by: row.replaced_by,
      last_used_at: row.last_used_at?.toISOString() ?? null,
    };
  }
}
