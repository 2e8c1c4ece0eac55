import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { MayBeAbsent } from '../platform/may-be-absent';

/** Days from 1970 to 2199, as the calendar has them. */
const DAY = /^(19[7-9]\d|20\d\d|21\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** What becomes of a partition of the audit log. */
export const PARTITION_OUTCOMES = ['due', 'held', 'kept'] as const;
export type PartitionOutcome = (typeof PARTITION_OUTCOMES)[number];

/** Query of GET /v1/retention/plan. */
export class RetentionPlanQuery {
  @ApiPropertyOptional({ format: 'date', description: 'The day to look at; today when absent.' })
  @MayBeAbsent()
  @Matches(DAY, { message: 'must be a day such as 2033-01-31' })
  on?: string;
}

/** One partition of the audit log that is past its term on the day, with the organization's own part in it. */
export class RetentionPartition {
  @ApiProperty() partition: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Inclusive.' })
  from: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Exclusive.' })
  to: string | null;
  @ApiProperty({ type: 'integer', description: 'Events of your organization in it.' }) events: number;
  @ApiProperty({ type: 'integer', description: 'Patients of your organization they are about.' })
  patients: number;
  @ApiProperty({
    enum: PARTITION_OUTCOMES,
    description: 'due: would be dropped. held: a legal hold keeps all of it. kept: is never dropped.',
  })
  outcome: PartitionOutcome;
  @ApiProperty({ type: [String], description: 'Holds of your organization that keep it.' })
  held_by: string[];
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When its drop was announced; it is dropped when the days of notice have passed.',
  })
  noticed_at: string | null;
}

/** What would be dropped of the audit log on a day, before it is. */
export class RetentionPlan {
  @ApiProperty({ format: 'date' }) on: string;
  @ApiProperty({ type: 'integer' }) retention_days: number;
  @ApiProperty({ type: 'integer' }) notice_days: number;
  @ApiProperty({ type: [RetentionPartition] }) partitions: RetentionPartition[];
}

/** Body of POST /internal/v1/retention/plan. */
export interface RetentionPlanRequest {
  organization_id: number;
  on: string | null;
}
