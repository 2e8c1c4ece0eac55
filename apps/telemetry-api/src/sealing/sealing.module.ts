import { Module } from '@nestjs/common';
import { AuditLogModule } from '../audit-log/audit-log.module';
import { IntegrityModule } from '../integrity/integrity.module';
import { TELEMETRY_CONFIG } from '../platform/tokens';
import type { TelemetryConfig } from '../telemetry.config';
import { COPY_STORES, type CopyStore } from './copy-store.port';
import { CopyService } from './copy.service';
import { FileCopyStore } from './file-copy-store';
import { S3CopyStore } from './s3.adapter';
import { SealingService } from './sealing.service';

const copyStores = {
  provide: COPY_STORES,
  inject: [TELEMETRY_CONFIG],
  useFactory: async (config: TelemetryConfig): Promise<CopyStore[]> => [
    ...(config.AUDIT_COPY_PATH ? [new FileCopyStore(config.AUDIT_COPY_PATH)] : []),
    ...(config.AUDIT_COPY_BUCKET ? [await s3CopyStore(config, config.AUDIT_COPY_BUCKET)] : []),
  ],
};

function s3CopyStore(config: TelemetryConfig, bucket: string): Promise<CopyStore> {
  const [accessKeyId, secret] = [config.AUDIT_COPY_ACCESS_KEY, config.AUDIT_COPY_SECRET_KEY];
  return S3CopyStore.open({
    bucket,
    region: config.AUDIT_COPY_BUCKET_REGION,
    endpoint: config.AUDIT_COPY_BUCKET_ENDPOINT,
    credentials: accessKeyId && secret ? { accessKeyId, secretAccessKey: secret.reveal() } : undefined,
    kmsKeyId: config.AUDIT_COPY_KMS_KEY_ID,
  });
}

@Module({
  imports: [AuditLogModule, IntegrityModule],
  providers: [SealingService, CopyService, copyStores],
})
export class SealingModule {}
