import { Module } from '@nestjs/common';
import { AuditLogModule } from '../audit-log/audit-log.module';
import { IntegrityModule } from '../integrity/integrity.module';
import { TELEMETRY_CONFIG } from '../platform/tokens';
import type { TelemetryConfig } from '../telemetry.config';
import { CopyStore } from './copy-store';
import { CopyService } from './copy.service';
import { FileCopyStore } from './file-copy-store';
import { SealingService } from './sealing.service';

/** The store the configuration names; none without it. */
const copyStore = {
  provide: CopyStore,
  inject: [TELEMETRY_CONFIG],
  useFactory: ({ AUDIT_COPY_PATH }: TelemetryConfig) =>
    AUDIT_COPY_PATH ? new FileCopyStore(AUDIT_COPY_PATH) : undefined,
};

@Module({ imports: [AuditLogModule, IntegrityModule], providers: [SealingService, CopyService, copyStore] })
export class SealingModule {}
