import { Module } from '@nestjs/common';
import { AuditLogModule } from '../audit-log/audit-log.module';
import { IntegrityModule } from '../integrity/integrity.module';
import { RangeReader } from './range-reader';
import { VerificationController } from './verification.controller';
import { VerificationLoop } from './verification.loop';
import { VerificationRepository } from './verification.repository';
import { VerificationService } from './verification.service';

@Module({
  imports: [AuditLogModule, IntegrityModule],
  controllers: [VerificationController],
  providers: [RangeReader, VerificationLoop, VerificationRepository, VerificationService],
})
export class VerificationModule {}
