import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsObject, IsUUID, Matches, MaxLength } from 'class-validator';
import { IsDateTime } from '../platform/date-time';
import { MayBeAbsent } from '../platform/may-be-absent';

/** Words joined by dots, no digits: an event name cannot carry an identifier. */
export const EVENT_NAME = /^[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)*$/;

/** One thing that happened in a client app. */
export class TrackedEvent {
  @ApiProperty({ example: 'exercise.completed', maxLength: 64, pattern: EVENT_NAME.source })
  @MaxLength(64)
  @Matches(EVENT_NAME, { message: 'must be lower-case words joined by dots, without digits' })
  name: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description:
      'At most 20 plain values. Those on the list of EVENT_PROPERTIES are kept, without what looks like an identifier.',
  })
  @MayBeAbsent()
  @IsObject()
  properties?: Record<string, string | number | boolean | null>;

  @ApiProperty({ format: 'date-time', description: 'When it happened, ISO 8601 with offset.' })
  @IsDateTime()
  timestamp: string;

  @ApiPropertyOptional({
    format: 'uuid',
    description: 'Chosen by the client to make a repeated send harmless; made by the server when absent.',
  })
  @MayBeAbsent()
  @IsUUID()
  event_id?: string;
}

/** Body of POST /v1/telemetry/events. Each is judged by itself. */
export class TrackEventsRequest {
  @ApiProperty({ type: [TrackedEvent], minItems: 1, maxItems: 100 })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsObject({ each: true })
  events: object[];
}
