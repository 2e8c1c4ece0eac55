import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import type {
  AuditCheckpointsRequest,
  AuditCheckpointsResponse,
  AuditConsistency,
  AuditConsistencyRequest,
} from '@restartix/contracts';
import { declareAccess } from '@restartix/http';
import { readBody } from '../channel-body';
import { integer, nullable, object, organizationId } from '../shape';
import { ProofsService } from './proofs.service';

const size = integer(1, Number.MAX_SAFE_INTEGER);

const readCheckpoints = object<AuditCheckpointsRequest>({
  organization_id: organizationId,
  before: nullable(size),
  page_size: integer(1, 100),
});

const readConsistency = object<AuditConsistencyRequest>({
  organization_id: organizationId,
  from: size,
  to: nullable(size),
});

/** Checkpoints of the log and proofs between them, for core-api only. */
@Controller('internal/v1/audit-proofs')
@declareAccess({ kind: 'channel' })
export class ProofsController {
  constructor(private readonly proofs: ProofsService) {}

  @Post('checkpoints')
  @HttpCode(200)
  checkpoints(@Body() body: unknown): Promise<AuditCheckpointsResponse> {
    return this.proofs.checkpoints(readBody(readCheckpoints, body));
  }

  @Post('consistency')
  @HttpCode(200)
  consistency(@Body() body: unknown): Promise<AuditConsistency> {
    return this.proofs.consistency(readBody(readConsistency, body));
  }
}
