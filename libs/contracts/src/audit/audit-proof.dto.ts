import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, Max, Min } from 'class-validator';
import { MayBeAbsent } from '../platform/may-be-absent';
import { FromDigits } from '../platform/page.dto';
import type { AuditEvent } from './audit-event';

const LARGEST = Number.MAX_SAFE_INTEGER;

/** That an event is in its organization's log (RFC 6962, 2.1.1), under a signed checkpoint. */
export class AuditProof {
  @ApiProperty({ type: 'integer' }) leaf_index: number;
  @ApiProperty({ type: 'integer', description: 'Size of the log the proof is for.' }) tree_size: number;
  @ApiProperty({ type: [String], description: 'Hexadecimal hashes, from the leaf upwards.' })
  hashes: string[];
  @ApiProperty({ description: 'The C2SP tlog-checkpoint of that size, a signed note.' }) checkpoint: string;
}

/** A signed root of an organization's log. */
export class AuditCheckpoint {
  @ApiProperty({ type: 'integer', description: 'Events it covers.' }) size: number;
  @ApiProperty({ description: 'Root of the tree, hexadecimal.' }) root: string;
  @ApiProperty({ description: 'C2SP tlog-checkpoint, a signed note.' }) note: string;
  @ApiProperty({ format: 'date-time' }) sealed_at: string;
}

/** The tree over the first events of a log. */
export class AuditTreeHead {
  @ApiProperty({ type: 'integer' }) size: number;
  @ApiProperty({ description: 'Root of the tree, hexadecimal.' }) root: string;
  @ApiProperty({ type: String, nullable: true, description: 'The checkpoint, where one was signed here.' })
  note: string | null;
}

/** That a later tree of the log goes on from an earlier one (RFC 6962, 2.1.2). */
export class AuditConsistency {
  @ApiProperty({ type: AuditTreeHead }) from: AuditTreeHead;
  @ApiProperty({ type: AuditTreeHead }) to: AuditTreeHead;
  @ApiProperty({ type: [String], description: 'Hexadecimal hashes, in the order of the RFC.' })
  hashes: string[];
}

/** Query of GET /v1/audit-logs/checkpoints, newest first. */
export class AuditCheckpointQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 100, default: 25 })
  @MayBeAbsent()
  @FromDigits()
  @IsInt()
  @Min(1)
  @Max(100)
  page_size: number = 25;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: LARGEST,
    description: 'The `next_cursor` of the page before.',
  })
  @MayBeAbsent()
  @FromDigits()
  @IsInt()
  @Min(1)
  @Max(LARGEST)
  cursor?: number;
}

/** Query of GET /v1/audit-logs/consistency: two sizes of the log, none beyond its newest checkpoint. */
export class AuditConsistencyQuery {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: LARGEST })
  @FromDigits()
  @IsInt()
  @Min(1)
  @Max(LARGEST)
  from: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: LARGEST,
    description: 'That of the newest checkpoint when absent.',
  })
  @MayBeAbsent()
  @FromDigits()
  @IsInt()
  @Min(1)
  @Max(LARGEST)
  to?: number;
}

/** Body of POST /internal/v1/audit-proofs/checkpoints: those of a smaller size than `before`. */
export interface AuditCheckpointsRequest {
  organization_id: number;
  before: number | null;
  page_size: number;
}

export interface AuditCheckpointsResponse {
  checkpoints: AuditCheckpoint[];
  next: number | null;
}

/** Body of POST /internal/v1/audit-proofs/consistency; `to` null is the newest checkpoint. */
export interface AuditConsistencyRequest {
  organization_id: number;
  from: number;
  to: number | null;
}

/** Query of GET /v1/audit-logs/export. */
export class AuditExportQuery {
  @ApiProperty({ enum: ['ndjson'] }) @IsIn(['ndjson']) format: 'ndjson';

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: LARGEST,
    default: 0,
    description: 'Place of the first event.',
  })
  @MayBeAbsent()
  @FromDigits()
  @IsInt()
  @Min(0)
  @Max(LARGEST)
  first: number = 0;
}

/** Names the form of an export in its first line. */
export const AUDIT_EXPORT_FORMAT = 'restartix-audit-export/1';

/** A line of an export: the event as stored, nothing opened; null when its row is gone. */
export interface AuditExportEntry {
  event: AuditEvent | null;
  event_id: string;
  leaf_hash: string;
  leaf_index: number;
  proof: string[];
}

/** Body of POST /internal/v1/audit-logs/export: entries from a place on, under the tree of `size` (null: newest). */
export interface AuditExportRequest {
  organization_id: number;
  first: number;
  size: number | null;
  page_size: number;
}

/** `checkpoint` is null, and there are no entries, while nothing is sealed. */
export interface AuditExportResponse {
  checkpoint: AuditCheckpoint | null;
  entries: AuditExportEntry[];
}
