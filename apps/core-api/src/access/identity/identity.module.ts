import { Module } from '@nestjs/common';
import { IdentityResolver, TokenVerifier } from '@restartix/tenancy';
import { ClerkTokenVerifier } from './clerk.adapter';
import { IdentityRepository } from './identity.repository';

@Module({
  providers: [
    { provide: TokenVerifier, useClass: ClerkTokenVerifier },
    { provide: IdentityResolver, useClass: IdentityRepository },
  ],
  exports: [TokenVerifier, IdentityResolver],
})
export class IdentityModule {}
