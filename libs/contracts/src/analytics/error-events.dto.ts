import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { IsDateTime } from '../platform/date-time';
import { MayBeAbsent } from '../platform/may-be-absent';
import { ItemResult } from './client-item';
import { CONNECTION_TYPES, FAULT_CODE, type ConnectionType } from './media-events.dto';

export const ERROR_KINDS = ['app', 'video', 'network', 'pose', 'permission'] as const;
export type ErrorKind = (typeof ERROR_KINDS)[number];
export const ERROR_SEVERITIES = ['warning', 'error', 'fatal'] as const;
export type ErrorSeverity = (typeof ERROR_SEVERITIES)[number];

const VERSION = /^\d{1,3}(\.\d{1,4}){0,2}$/;
const COMPONENT = /^[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)*$/;

/** A fault a client app met. There is no free text: a message or a stack can hold anything. */
export class ClientError {
  @ApiPropertyOptional({
    format: 'uuid',
    description: 'Chosen by the client to make a repeated send harmless.',
  })
  @MayBeAbsent()
  @IsUUID()
  event_id?: string;

  @ApiProperty({ enum: ERROR_KINDS })
  @IsIn(ERROR_KINDS)
  kind: ErrorKind;

  @ApiProperty({ example: 'MEDIA_ERR_NETWORK', maxLength: 64, pattern: FAULT_CODE.source })
  @MaxLength(64)
  @Matches(FAULT_CODE, { message: 'must be letters joined by . _ or -' })
  code: string;

  @ApiPropertyOptional({ enum: ERROR_SEVERITIES, description: 'error when absent.' })
  @MayBeAbsent()
  @IsIn(ERROR_SEVERITIES)
  severity?: ErrorSeverity;

  @ApiPropertyOptional({ example: 'player.hls', maxLength: 64, pattern: COMPONENT.source })
  @MayBeAbsent()
  @MaxLength(64)
  @Matches(COMPONENT, { message: 'must be lower-case words joined by dots, without digits' })
  component?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 100, maximum: 599 })
  @MayBeAbsent()
  @IsInt()
  @Min(100)
  @Max(599)
  http_status?: number;

  @ApiPropertyOptional({ example: '4.12.0', pattern: VERSION.source })
  @MayBeAbsent()
  @Matches(VERSION, { message: 'must be a version such as 4.12.0' })
  app_version?: string;

  @ApiPropertyOptional({ enum: CONNECTION_TYPES })
  @MayBeAbsent()
  @IsIn(CONNECTION_TYPES)
  connection_type?: ConnectionType;

  @ApiPropertyOptional({ format: 'uuid', description: 'The exercise session it happened in.' })
  @MayBeAbsent()
  @IsUUID()
  session_id?: string;

  @ApiProperty({ format: 'date-time' })
  @IsDateTime()
  timestamp: string;
}

/** Body of POST /v1/telemetry/errors. Each is judged by itself. */
export class ReportErrorsRequest {
  @ApiProperty({ type: [ClientError], minItems: 1, maxItems: 100 })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsObject({ each: true })
  errors: object[];
}

/** What became of each item, in order; storage follows the person's consent. */
export class ItemsReceipt {
  @ApiProperty({ type: 'integer' }) accepted: number;
  @ApiProperty({ type: [ItemResult] }) results: ItemResult[];
}
