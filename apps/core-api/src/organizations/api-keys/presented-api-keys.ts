import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '@restartix/context';
import { AlertPort } from '@restartix/logging';
import { ApiKeyResolver, isKeyOf, lookupIn, type ApiKeyRealm, type ResolvedApiKey } from '@restartix/tenancy';
import type { CoreConfig } from '../../core.config';
import { CORE_CONFIG } from '../../platform/tokens';
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
    private readonly alerts: AlertPort,
    private readonly clock: Clock,
    @Inject(CORE_CONFIG) config: CoreConfig,
  ) {
    super();
    this.realm = realmOf(config);
  }

  async resolve(presented: string): Promise<ResolvedApiKey | null> {
    const lookup = lookupIn(presented, this.realm);
    if (!lookup) return null;
    const candidates = await this.repository.resolve(lookup);
    const found = candidates.find(({ secret_index }) => isKeyOf(presented, secret_index));
    if (!found) return null;
    const now = this.clock.now();
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
