import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import type { AuditIntegrityRequest, AuditIntegrityResponse } from '@restartix/contracts';
import { declareAccess } from '@restartix/http';
import { readBody } from '../channel-body';
import { ProofsService } from '../integrity/proofs.service';
import { object, organizationId } from '../shape';
import { VerificationService } from './verification.service';

const readRequest = object<AuditIntegrityRequest>({ organization_id: organizationId });

/** How an organization's log is, for core-api only. */
@Controller('internal/v1/audit-integrity')
@declareAccess({ kind: 'channel' })
export class VerificationController {
  constructor(
    private readonly verification: VerificationService,
    private readonly proofs: ProofsService,
  ) {}

  @Post()
  @HttpCode(200)
  async read(@Body() body: unknown): Promise<AuditIntegrityResponse> {
    const { organization_id } = readBody(readRequest, body);
    const [checkpoint, verification] = await Promise.all([
      this.proofs.checkpoint(organization_id, null),
      this.verification.report(organization_id),
    ]);
    return { checkpoint, verification };
  }
}
