import { Module } from '@nestjs/common';
import { IdentityResolver, TokenVerifier } from '@restartix/tenancy';
import { SessionsModule } from '../sessions/sessions.module';
import { ClerkTokenVerifier } from './clerk.adapter';
import { IdentityRepository } from './identity.repository';
import { IdentityService } from './identity.service';

@Module({
  imports: [SessionsModule],
  providers: [
    IdentityRepository,
    { provide: TokenVerifier, useClass: ClerkTokenVerifier },
    { provide: IdentityResolver, useClass: IdentityService },
  ],
  exports: [TokenVerifier, IdentityResolver, SessionsModule],
})
export class IdentityModule {}
