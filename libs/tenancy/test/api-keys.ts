import type { Permission } from '@restartix/contracts';
import { ApiKeyResolver, type ResolvedApiKey } from '../src/index';

/** Keys by their text: `rx_good` may be used, `rx_revoked` and `rx_left` are known and refused, others are none. */
export class SpecKeys extends ApiKeyResolver {
  static readonly scopes: readonly Permission[] = ['patient:read', 'appointment:create', 'legal_hold:read'];
  floods = 0;

  resolve(presented: string): Promise<ResolvedApiKey | null> {
    const id = presented.slice('rx_'.length);
    if (!['good', 'better', 'revoked', 'left'].includes(id)) return Promise.resolve(null);
    return Promise.resolve({
      ...{ id, scopes: SpecKeys.scopes, organizationId: 1, organizationRef: 'org_one' },
      ...{ userId: 'creator', emailEnvelope: 'e1.1.creator', role: id === 'left' ? null : 'org_admin' },
      refusal: id === 'revoked' ? 'api_key_revoked' : id === 'left' ? 'api_key_rights_lost' : null,
    });
  }

  override tooManyRefused(): void {
    this.floods += 1;
  }
}
