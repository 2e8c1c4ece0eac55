import { Module } from '@nestjs/common';
import { ClerkMembershipsAdapter } from './clerk-memberships.adapter';
import { ClerkMembershipsRepository } from './clerk-memberships.repository';
import { ClerkMembershipsService } from './clerk-memberships.service';
import { MembershipMeasures } from './membership-measures';
import { MembershipRounds } from './membership-rounds';
import { MembershipsPort } from './memberships.port';

@Module({
  providers: [
    ClerkMembershipsService,
    ClerkMembershipsRepository,
    MembershipMeasures,
    MembershipRounds,
    { provide: MembershipsPort, useClass: ClerkMembershipsAdapter },
  ],
  exports: [ClerkMembershipsService],
})
export class ClerkMembershipsModule {}
