import { Module, type DynamicModule } from '@nestjs/common';
import { AuditModule } from '@restartix/audit';
import { PlatformLogger } from '@restartix/logging';
import { TenancyModule } from '@restartix/tenancy';
import { BreakGlassModule } from './access/break-glass/break-glass.module';
import { ClerkSyncModule } from './access/clerk-sync/clerk-sync.module';
import { ExplainModule } from './access/explain/explain.module';
import { IdentityModule } from './access/identity/identity.module';
import { ImpersonationsModule } from './access/impersonation/impersonations.module';
import { MeModule } from './access/me/me.module';
import { StepUpModule } from './access/step-up/step-up.module';
import { AuditLogsModule } from './compliance/audit-logs/audit-logs.module';
import { AppointmentsModule } from './care/appointments/appointments.module';
import { CallSessionsModule } from './care/call-sessions/call-sessions.module';
import { HoldsModule } from './care/holds/holds.module';
import { RemindersModule } from './care/reminders/reminders.module';
import { WaitlistModule } from './care/waitlist/waitlist.module';
import { SchedulingModule } from './care/scheduling/scheduling.module';
import { ErasuresModule } from './compliance/erasures/erasures.module';
import { LegalHoldsModule } from './compliance/legal-holds/legal-holds.module';
import { RetentionModule } from './compliance/retention/retention.module';
import { DeadLettersModule } from './compliance/dead-letters/dead-letters.module';
import { SecurityModule } from './compliance/security/security.module';
import { StaffActivityModule } from './compliance/staff-activity/staff-activity.module';
import type { CoreConfig } from './core.config';
import { AnalyticsBufferModule } from './operations/analytics-edge/analytics-buffer.module';
import { AnalyticsEdgeModule } from './operations/analytics-edge/analytics-edge.module';
import { CoreHealthModule } from './operations/health/core-health.module';
import { KeyRotationModule } from './operations/key-rotation/key-rotation.module';
import { InsightsModule } from './operations/insights/insights.module';
import { AuditDeliveryModule } from './operations/audit-delivery/audit-delivery.module';
import { OutboxModule } from './operations/outbox/outbox.module';
import { ProcessPoliciesModule } from './operations/process-policies/process-policies.module';
import { ApiKeysModule } from './organizations/api-keys/api-keys.module';
import { ClinicsModule } from './organizations/clinics/clinics.module';
import { DomainsModule } from './organizations/domains/domains.module';
import { ServiceMetricsModule } from './operations/service-metrics/service-metrics.module';
import { SessionDoorsModule } from './operations/session-doors/session-doors.module';
import { TelemetryUpkeepModule } from './operations/telemetry-upkeep/telemetry-upkeep.module';
import { WithdrawalsModule } from './operations/withdrawals/withdrawals.module';
import { OrganizationsModule } from './organizations/organizations/organizations.module';
import { MessagingModule } from './outreach/messaging/messaging.module';
import { ProvisioningModule } from './organizations/provisioning/provisioning.module';
import { SettingsModule } from './organizations/settings/settings.module';
import { CaregiversModule } from './people/caregivers/caregivers.module';
import { ClaimsModule } from './people/claims/claims.module';
import { CoveragesModule } from './people/coverages/coverages.module';
import { OnboardingModule } from './people/onboarding/onboarding.module';
import { PatientConsentsModule } from './people/patient-consents/patient-consents.module';
import { PatientsModule } from './people/patients/patients.module';
import { ProfilesModule } from './people/profiles/profiles.module';
import { SpecialistsModule } from './people/specialists/specialists.module';
import { SpecialtiesModule } from './people/specialties/specialties.module';
import { IdempotencyModule } from './platform/idempotency/idempotency.module';
import { PlatformModule } from './platform/platform.module';
import { ExerciseSessionsModule } from './rehab/exercise-sessions/exercise-sessions.module';

/** core-api: the floors it stands on, then its rooms. */
@Module({})
export class CoreModule {
  static register(config: CoreConfig, logger: PlatformLogger): DynamicModule {
    return {
      module: CoreModule,
      imports: [
        PlatformModule.register(config, logger),
        TenancyModule.register([IdentityModule, ApiKeysModule]),
        AuditModule.register([OutboxModule]),
        ClerkSyncModule,
        BreakGlassModule,
        ImpersonationsModule,
        IdempotencyModule,
        MeModule,
        StepUpModule,
        ExplainModule,
        OrganizationsModule,
        ProvisioningModule,
        ClinicsModule,
        SettingsModule,
        DomainsModule,
        ApiKeysModule,
        PatientsModule,
        PatientConsentsModule,
        CoveragesModule,
        CaregiversModule,
        ProfilesModule,
        ClaimsModule,
        OnboardingModule,
        SpecialistsModule,
        SpecialtiesModule,
        SchedulingModule,
        AppointmentsModule,
        CallSessionsModule,
        HoldsModule,
        RemindersModule,
        WaitlistModule,
        AuditLogsModule,
        DeadLettersModule,
        SecurityModule,
        StaffActivityModule,
        MessagingModule,
        LegalHoldsModule,
        ErasuresModule,
        RetentionModule,
        KeyRotationModule,
        AnalyticsBufferModule.register(config),
        AnalyticsEdgeModule,
        SessionDoorsModule,
        InsightsModule,
        ServiceMetricsModule,
        TelemetryUpkeepModule,
        WithdrawalsModule,
        ExerciseSessionsModule,
        OutboxModule,
        AuditDeliveryModule,
        ProcessPoliciesModule,
        CoreHealthModule,
      ],
    };
  }
}
