import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsUUID,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { IsDateTime } from '../platform/date-time';
import { MayBeAbsent } from '../platform/may-be-absent';
import { SessionItemsRequest } from './session-items.dto';

/** What a player tells of a video, or who takes part in a call of it; a heartbeat comes every ten seconds. */
export const MEDIA_EVENTS = [
  'network_check',
  'session_start',
  'play',
  'heartbeat',
  'buffering_start',
  'buffering_end',
  'quality_change',
  'pause',
  'seek',
  'milestone',
  'error',
  'session_end',
] as const;
export type MediaEventName = (typeof MEDIA_EVENTS)[number];

/** A video that is played, or a video call. */
export const MEDIA_TYPES = ['video', 'call'] as const;
export type MediaType = (typeof MEDIA_TYPES)[number];
export const MILESTONES = [25, 50, 75, 95] as const;
export const MEDIA_OUTCOMES = ['completed', 'abandoned'] as const;
export const CONNECTION_TYPES = ['wifi', 'ethernet', '5g', '4g', '3g', '2g', 'slow-2g', 'unknown'] as const;
export type ConnectionType = (typeof CONNECTION_TYPES)[number];

/** A fault by its code, as players and browsers spell them: MEDIA_ERR_DECODE, fragLoadTimeOut. */
export const FAULT_CODE = /^[A-Za-z][A-Za-z]*([._-][A-Za-z]+)*$/;
const RESOLUTION = /^\d{2,5}x\d{2,5}$/;
const A_DAY_MS = 86_400_000;

const number =
  (maximum: number, description: string): PropertyDecorator =>
  (target, property) => {
    ApiPropertyOptional({ type: 'number', minimum: 0, maximum, description })(target, property);
    MayBeAbsent()(target, property);
    IsNumber()(target, property);
    Min(0)(target, property);
    Max(maximum)(target, property);
  };
const count =
  (maximum: number, description: string): PropertyDecorator =>
  (target, property) => {
    ApiPropertyOptional({ type: 'integer', minimum: 0, maximum, description })(target, property);
    MayBeAbsent()(target, property);
    IsInt()(target, property);
    Min(0)(target, property);
    Max(maximum)(target, property);
  };
const word =
  (words: readonly (string | number)[], description: string): PropertyDecorator =>
  (target, property) => {
    ApiPropertyOptional({ enum: words, description })(target, property);
    MayBeAbsent()(target, property);
    IsIn(words)(target, property);
  };
const text =
  (pattern: RegExp, description: string): PropertyDecorator =>
  (target, property) => {
    ApiPropertyOptional({ pattern: pattern.source, maxLength: 64, description })(target, property);
    MayBeAbsent()(target, property);
    Matches(pattern)(target, property);
  };

/** Measurements that go with a media event; an event carries those it knows. */
export class MediaEventData {
  @number(86_400, 'Length of the video, seconds (session_start).') total_duration_seconds?: number;
  @count(A_DAY_MS, 'Time to the first byte, by the browser’s resource timing (session_start).')
  ttfb_ms?: number;
  @count(A_DAY_MS, 'Click to first frame (session_start).') video_load_time_ms?: number;
  @count(A_DAY_MS, 'Answer time of the delivery network (session_start).') cdn_response_time_ms?: number;
  @word(CONNECTION_TYPES, 'Kind of network (session_start).') connection_type?: ConnectionType;
  @number(1_000_000, 'Megabits per second, as the browser estimates (session_start).')
  effective_bandwidth?: number;
  @count(A_DAY_MS, 'Round trip (session_start; of a call also heartbeat and network_check).') rtt_ms?: number;
  @count(A_DAY_MS, 'Jitter of a call (heartbeat, network_check).') jitter_ms?: number;
  @number(1, 'Share of lost packets of a call, 0 to 1 (heartbeat, network_check).') packet_loss?: number;
  @count(4_000_000_000, 'Bits per second (session_start).') initial_bitrate?: number;
  @text(RESOLUTION, 'Such as 1280x720 (session_start).') initial_resolution?: string;
  @number(86_400, 'Where in the video, seconds.') position?: number;
  @count(4_000_000_000, 'Bits per second (heartbeat, quality_change).') bitrate?: number;
  @count(4_000_000_000, 'Frames dropped since the start (heartbeat, session_end).') dropped_frames?: number;
  @count(1_000_000, 'Number of the stall in this video, from 0; its start and its end carry the same.')
  stall?: number;
  @count(A_DAY_MS, 'How long the stall took (buffering_end).') duration_ms?: number;
  @word(MILESTONES, 'Share of the video that was reached (milestone).')
  milestone?: (typeof MILESTONES)[number];
  @text(FAULT_CODE, 'Code of the fault: letters joined by . _ or - (error).') code?: string;
  @word(MEDIA_OUTCOMES, 'How it ended (session_end).') outcome?: (typeof MEDIA_OUTCOMES)[number];
}

/** One thing that happened to a video. */
export class MediaEvent {
  @ApiPropertyOptional({
    format: 'uuid',
    description: 'Chosen by the client to make a repeated send harmless.',
  })
  @MayBeAbsent()
  @IsUUID()
  event_id?: string;

  @ApiProperty({ enum: MEDIA_EVENTS })
  @IsIn(MEDIA_EVENTS)
  event: MediaEventName;

  @ApiProperty({ format: 'uuid', description: 'The exercise; stored as a keyed hash.' })
  @IsUUID()
  media_id: string;

  @ApiPropertyOptional({ enum: MEDIA_TYPES, description: 'video when absent.' })
  @MayBeAbsent()
  @IsIn(MEDIA_TYPES)
  media_type?: MediaType;

  @ApiProperty({
    format: 'date-time',
    description: 'When it happened, ISO 8601 with milliseconds and offset.',
  })
  @IsDateTime()
  timestamp: string;

  @ApiPropertyOptional({ type: MediaEventData })
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => MediaEventData)
  data?: MediaEventData;
}

/** Body of POST /v1/telemetry/media/events. Each event is judged by itself. */
export class MediaEventsRequest extends SessionItemsRequest {
  @ApiProperty({ type: [MediaEvent], minItems: 1, maxItems: 100 })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsObject({ each: true })
  events: object[];
}
