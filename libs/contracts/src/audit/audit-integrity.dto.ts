import { ApiProperty } from '@nestjs/swagger';
import { AuditCheckpoint } from './audit-proof.dto';

/** Something in the log that is not as it was sealed. */
export class AuditFault {
  @ApiProperty({
    description:
      'event_changed, event_missing and leaf_missing name one event; node_changed, root_changed, checkpoint_unsigned and log_shortened the place they begin at.',
  })
  kind: string;
  @ApiProperty({ type: 'integer' }) leaf_index: number;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) event_id: string | null;
  @ApiProperty({ format: 'date-time' }) found_at: string;
}

/** How far the background verification of a log is. Times are null until it has begun. */
export class AuditVerification {
  @ApiProperty({ type: 'integer', description: 'Events from the first on that were verified.' })
  verified: number;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) verified_at: string | null;
  @ApiProperty({ type: 'integer', description: 'Of these, how many the pass under way has verified again.' })
  pass_position: number;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) pass_started_at: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) pass_completed_at: string | null;
  @ApiProperty({ type: [AuditFault], description: 'At most 100, in the order of the log.' })
  faults: AuditFault[];
}

/** The organization's events on their way to the log. */
export class AuditDelivery {
  @ApiProperty({ type: 'integer', description: 'Events that wait for delivery.' }) waiting: number;
  @ApiProperty({ type: 'integer', description: 'Age of the oldest of them; 0 when none waits.' })
  oldest_seconds: number;
  @ApiProperty({ type: 'integer', description: 'Events the log refused and nobody has sent again.' })
  dead_letters: number;
}

/** One organization's, as the platform's operator sees them: in counts. */
export class OrganizationDelivery extends AuditDelivery {
  @ApiProperty({ type: 'integer', description: '0 is the log of the platform.' }) organization_id: number;
}

/** Something about the trail that needs a person. */
export class AuditAlert {
  @ApiProperty({ example: 'audit_delivery_waiting' }) code: string;
  @ApiProperty({ enum: ['warning', 'error', 'critical'] }) severity: 'warning' | 'error' | 'critical';
  @ApiProperty() summary: string;
}

/** Answer of GET /v1/audit-logs/integrity. */
export class AuditIntegrity {
  @ApiProperty({ type: AuditCheckpoint, nullable: true, description: 'The newest one.' })
  checkpoint: AuditCheckpoint | null;
  @ApiProperty({ type: AuditVerification }) verification: AuditVerification;
  @ApiProperty({ type: AuditDelivery }) delivery: AuditDelivery;
  @ApiProperty({ type: [AuditAlert], description: 'Empty when all is well.' }) alerts: AuditAlert[];
}

/** Body of POST /internal/v1/audit-integrity. */
export interface AuditIntegrityRequest {
  organization_id: number;
}

export interface AuditIntegrityResponse {
  checkpoint: AuditCheckpoint | null;
  verification: AuditVerification;
}
