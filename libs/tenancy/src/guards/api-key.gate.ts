import { Injectable } from '@nestjs/common';
import { identify, requireContext } from '@restartix/context';
import { DomainError } from '@restartix/errors';
import type { RateClass } from '@restartix/http';
import { ApiKeyResolver, holdApiKey, type ResolvedApiKey } from '../api-keys/api-key';
import { RateLimiter } from '../limits/rate-limiter';

/** Where a request with an API key becomes its creator's, with the key's id on every event it leaves. */
@Injectable()
export class ApiKeyGate {
  constructor(
    private readonly keys: ApiKeyResolver,
    private readonly limits: RateLimiter,
  ) {}

  /** The headers its answer carries. Throws api_key_invalid, what keeps the key from being used, or rate_limited. */
  async admit(presented: string, rateClass: RateClass): Promise<Record<string, string>> {
    const key = await this.keys.resolve(presented);
    if (!key) {
      await this.countRefusal();
      throw new DomainError('api_key_invalid');
    }
    identifyCreator(key);
    if (key.refusal) {
      await this.countRefusal();
      throw new DomainError(key.refusal);
    }
    holdApiKey(key);
    return this.limits.admit(rateClass, {
      user: `api_key ${key.id}`,
      organization: key.organizationRef,
      address: requireContext().clientAddress,
    });
  }

  private async countRefusal(): Promise<void> {
    try {
      await this.limits.refused(requireContext().clientAddress);
    } catch (error) {
      this.keys.tooManyRefused();
      throw error;
    }
  }
}

/** Also of a key that is refused: its refusal stands in the log of its organization. */
function identifyCreator({ id, userId, emailEnvelope, role, organizationId }: ResolvedApiKey): void {
  const actor = { userId, emailEnvelope, role: role ?? ('anonymous' as const), sessionId: null };
  identify({ ...actor, details: { api_key_id: id } }, organizationId);
}
