import type { MigrationClass } from '@restartix/database';
import { CreateFoundations1763600000000 } from './1763600000000-create-foundations';
import { CreateOrganizationsAndPeople1763600001000 } from './1763600001000-create-organizations-and-people';
import { CreatePatients1763600002000 } from './1763600002000-create-patients';
import { CreateIdentityResolvers1763600003000 } from './1763600003000-create-identity-resolvers';
import { CreateHoldsAndErasures1763613000000 } from './1763613000000-create-holds-and-erasures';
import { PassOverReencryption1763613001000 } from './1763613001000-pass-over-reencryption';
import { OpenDeadLetters1763612000000 } from './1763612000000-open-dead-letters';
import { CreateSessions1763614000000 } from './1763614000000-create-sessions';
import { CreateInboundEvents1763614001000 } from './1763614001000-create-inbound-events';
import { CreateMessages1763615000000 } from './1763615000000-create-messages';
import { CreateStepUp1763615001000 } from './1763615001000-create-step-up';
import { CreateExerciseSessions1763616000000 } from './1763616000000-create-exercise-sessions';
import { ShowWithdrawalsToCompliance1763616001000 } from './1763616001000-show-withdrawals-to-compliance';
import { CreateClinicsAndSpecialists1763617000000 } from './1763617000000-create-clinics-and-specialists';
import { CreateSchedules1763617001000 } from './1763617001000-create-schedules';
import { CreateAppointments1763617002000 } from './1763617002000-create-appointments';
import { CreateIdempotencyKeys1763617003000 } from './1763617003000-create-idempotency-keys';
import { KeyVisitsAndMessages1763620000000 } from './1763620000000-key-visits-and-messages';
import { LimitCareRelationships1763630000000 } from './1763630000000-limit-care-relationships';
import { CreateBreakGlass1763630001000 } from './1763630001000-create-break-glass';
import { CreateImpersonations1763630002000 } from './1763630002000-create-impersonations';
import { SayWhatActs1763640000000 } from './1763640000000-say-what-acts';
import { CreateApiKeys1763640001000 } from './1763640001000-create-api-keys';
import { CreateWaitlist1763650000000 } from './1763650000000-create-waitlist';
import { CloseDoorsOfInactiveSpecialists1763650001000 } from './1763650001000-close-doors-of-inactive-specialists';
import { CreateConsents1763650002000 } from './1763650002000-create-consents';
import { KeepEventsProvable1763660000000 } from './1763660000000-keep-events-provable';
import { EraseMessagesToALogin1763660001000 } from './1763660001000-erase-messages-to-a-login';
import { DemandSso1763670000000 } from './1763670000000-demand-sso';
import { NamePolicyChanges1763670001000 } from './1763670001000-name-policy-changes';
import { TellAdministrators1763680000000 } from './1763680000000-tell-administrators';
import { LockOutGuessedApiKeys1763680000500 } from './1763680000500-lock-out-guessed-api-keys';
import { CreateCoveragesAndCaregivers1763680001000 } from './1763680001000-create-coverages-and-caregivers';
import { LookUpPrimaryCoverage1763680002000 } from './1763680002000-look-up-primary-coverage';
import { RefuseChangesWhileImpersonating1763681000000 } from './1763681000000-refuse-changes-while-impersonating';
import { OpenPortableProfiles1763690100000 } from './1763690100000-open-portable-profiles';
import { CreatePatientClaims1763690200000 } from './1763690200000-create-patient-claims';
import { RecordConsentsAtTheDesk1763695000000 } from './1763695000000-record-consents-at-the-desk';
import { LineUpUntoldMemberships1763695001000 } from './1763695001000-line-up-untold-memberships';
import { LightenRowEvents1763696000000 } from './1763696000000-lighten-row-events';

/** Migrations of the main database, oldest first. A merged file is never changed. */
export const CORE_MIGRATIONS: MigrationClass[] = [
  CreateFoundations1763600000000,
  CreateOrganizationsAndPeople1763600001000,
  CreatePatients1763600002000,
  CreateIdentityResolvers1763600003000,
  OpenDeadLetters1763612000000,
  CreateHoldsAndErasures1763613000000,
  PassOverReencryption1763613001000,
  CreateSessions1763614000000,
  CreateInboundEvents1763614001000,
  CreateMessages1763615000000,
  CreateStepUp1763615001000,
  CreateExerciseSessions1763616000000,
  ShowWithdrawalsToCompliance1763616001000,
  CreateClinicsAndSpecialists1763617000000,
  CreateSchedules1763617001000,
  CreateAppointments1763617002000,
  CreateIdempotencyKeys1763617003000,
  KeyVisitsAndMessages1763620000000,
  LimitCareRelationships1763630000000,
  CreateBreakGlass1763630001000,
  CreateImpersonations1763630002000,
  SayWhatActs1763640000000,
  CreateApiKeys1763640001000,
  CreateWaitlist1763650000000,
  CloseDoorsOfInactiveSpecialists1763650001000,
  CreateConsents1763650002000,
  KeepEventsProvable1763660000000,
  EraseMessagesToALogin1763660001000,
  DemandSso1763670000000,
  NamePolicyChanges1763670001000,
  TellAdministrators1763680000000,
  LockOutGuessedApiKeys1763680000500,
  CreateCoveragesAndCaregivers1763680001000,
  LookUpPrimaryCoverage1763680002000,
  RefuseChangesWhileImpersonating1763681000000,
  OpenPortableProfiles1763690100000,
  CreatePatientClaims1763690200000,
  RecordConsentsAtTheDesk1763695000000,
  LineUpUntoldMemberships1763695001000,
  LightenRowEvents1763696000000,
];
