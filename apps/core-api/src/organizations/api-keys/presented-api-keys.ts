import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '@restartix/context';
import { DomainError } from '@restartix/errors';
import { AlertPort } from '@restartix/logging';
import { ApiKeyResolver, isKeyOf, lookupIn, type ApiKeyRealm, type ResolvedApiKey } from '@restartix/tenancy';
import type { CoreConfig } from '../../core.config';
import { CORE_CONFIG } from '../../platform/tokens';
import { ApiKeyAttempts } from './api-key-attempts';
import { waitOf } from './api-key-lockout.policy';
import { refusalOf } from './api-key.policy';
import { ApiKeyUses } from './api-key-uses';
import { ApiKeysRepository } from './api-keys.repository';
import { realmOf } from './realm';

/** Keys as requests present them: read from the database each time, so that a revoked one is over at once. */
@Injectable()
export class PresentedApiKeys extends ApiKeyResolver {
  private readonly realm: ApiKeyRealm;

  constructor(
    private readonly repository: ApiKeysRepository,
    private readonly uses: ApiKeyUses,
    private readonly attempts: ApiKeyAttempts,
    private readonly alerts: AlertPort,
    private readonly clock: Clock,
    @Inject(CORE_CONFIG) config: CoreConfig,
  ) {
    super();
    this.realm = realmOf(config);
  }

  async resolve(presented: string): Promise<ResolvedApiKey | null> {
    const network = this.attempts.network();
    const lookup = lookupIn(presented, this.realm);
    const rows = await this.repository.resolve(lookup ?? '', network ?? '');
    const candidates = rows.filter((row) => row.id !== null);
    const found = candidates.find(({ secret_index }) => isKeyOf(presented, secret_index));
    const now = this.clock.now();
    const waitMs = waitOf(rows, { now, isAtHome: network !== null && found?.used_network === network });
    if (waitMs > 0) throw lockedOut(waitMs);
    if (!found) {
      await this.attempts.failed(network, candidates.length > 0 ? lookup : null, candidates);
      return null;
    }
    const refusal = refusalOf(found, now);
    if (!refusal) this.uses.note(found.organization_id, found.id, now);
    return {
      id: found.id,
      scopes: found.scopes,
      organizationId: found.organization_id,
      organizationRef: found.identity_organization,
      userId: found.user_id,
      emailEnvelope: found.email,
      role: found.role,
      refusal,
    };
  }

  override tooManyRefused(): void {
    const summary = 'An address presents one API key after another that is refused.';
    this.alerts.raise({ code: 'api_keys_guessed', severity: 'warning', summary });
  }
}

const lockedOut = (waitMs: number): DomainError =>
  new DomainError('api_key_locked', { headers: { 'Retry-After': String(Math.ceil(waitMs / 1000)) } });
