import { Module } from '@nestjs/common';
import { Clock } from '@restartix/context';
import { IdentityResolver, TokenVerifier } from '@restartix/tenancy';
import type { CoreConfig } from '../../core.config';
import { ImpersonationTokens } from '../../platform/impersonation-tokens';
import { CORE_CONFIG } from '../../platform/tokens';
import { SessionsModule } from '../sessions/sessions.module';
import { ClerkIssuer } from './clerk.adapter';
import { IdentityRepository } from './identity.repository';
import { IdentityService } from './identity.service';
import { OidcIssuerAdapter } from './oidc.adapter';
import { TokensService } from './tokens.service';

/** Clerk, and every OpenID Connect provider of the configuration. */
const issuersOf = (config: CoreConfig, clock: Clock) => [
  new ClerkIssuer(config, clock),
  ...config.OIDC_ISSUERS.map((provider) => new OidcIssuerAdapter(provider, clock)),
];

@Module({
  imports: [SessionsModule],
  providers: [
    IdentityRepository,
    {
      provide: TokenVerifier,
      inject: [CORE_CONFIG, Clock, ImpersonationTokens],
      useFactory: (config: CoreConfig, clock: Clock, impersonations: ImpersonationTokens) =>
        new TokensService(issuersOf(config, clock), impersonations),
    },
    { provide: IdentityResolver, useClass: IdentityService },
  ],
  exports: [TokenVerifier, IdentityResolver, SessionsModule],
})
export class IdentityModule {}
