import { Injectable } from '@nestjs/common';
import { DomainError } from '@restartix/errors';
import { TokenVerifier, type Principal } from '@restartix/tenancy';
import type { ImpersonationTokens } from '../../platform/impersonation-tokens';
import type { IssuerPort } from './issuer.port';
import { issuerOf } from './token-head.policy';
import { VerifiedTokens } from './verified-tokens';

/** Access tokens of every configured issuer: each is verified by the keys of the one it names, and by no other's. Ours of impersonations. */
@Injectable()
export class TokensService extends TokenVerifier {
  private readonly verified = new VerifiedTokens();
  private readonly issuers: ReadonlyMap<string, IssuerPort>;

  constructor(
    issuers: readonly IssuerPort[],
    private readonly impersonations: ImpersonationTokens,
  ) {
    super();
    this.issuers = new Map(issuers.map((port) => [port.issuer, port]));
  }

  async verify(token: string): Promise<Principal> {
    if (this.impersonations.isOne(token)) return this.impersonations.read(token);
    const issuer = issuerOf(token);
    const known = this.verified.recall(token);
    if (known) return known;
    const port = this.issuers.get(issuer);
    if (!port) throw new DomainError('token_issuer_unknown');
    const { principal, expiresAt } = await port.verify(token);
    this.verified.remember(token, principal, expiresAt);
    return principal;
  }
}
