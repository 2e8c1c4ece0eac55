import { Module, type DynamicModule } from '@nestjs/common';
import { AuditModule } from '@restartix/audit';
import { PlatformLogger } from '@restartix/logging';
import { TenancyModule } from '@restartix/tenancy';
import { ClerkSyncModule } from './access/clerk-sync/clerk-sync.module';
import { ExplainModule } from './access/explain/explain.module';
import { IdentityModule } from './access/identity/identity.module';
import { MeModule } from './access/me/me.module';
import { AuditLogsModule } from './compliance/audit-logs/audit-logs.module';
import type { CoreConfig } from './core.config';
import { AnalyticsEdgeModule } from './operations/analytics-edge/analytics-edge.module';
import { CoreHealthModule } from './operations/health/core-health.module';
import { OutboxModule } from './operations/outbox/outbox.module';
import { OrganizationsModule } from './organizations/organizations/organizations.module';
import { MessagingModule } from './outreach/messaging/messaging.module';
import { ProvisioningModule } from './organizations/provisioning/provisioning.module';
import { PatientsModule } from './people/patients/patients.module';
import { SpecialistsModule } from './people/specialists/specialists.module';
import { PlatformModule } from './platform/platform.module';

/** core-api: the floors it stands on, then its rooms. */
@Module({})
export class CoreModule {
  static register(config: CoreConfig, logger: PlatformLogger): DynamicModule {
    return {
      module: CoreModule,
      imports: [
        PlatformModule.register(config, logger),
        TenancyModule.register([IdentityModule]),
        AuditModule.register([OutboxModule]),
        ClerkSyncModule,
        MeModule,
        ExplainModule,
        OrganizationsModule,
        ProvisioningModule,
        PatientsModule,
        SpecialistsModule,
        AuditLogsModule,
        MessagingModule,
        AnalyticsEdgeModule.register(config),
        OutboxModule,
        CoreHealthModule,
      ],
    };
  }
}
