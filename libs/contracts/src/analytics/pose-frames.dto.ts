import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsInt, IsObject, Max, Min } from 'class-validator';
import { IsDateTime } from '../platform/date-time';
import { SessionItemsRequest } from './session-items.dto';

/** Landmarks of a body as MediaPipe gives them, and the values of each: x, y, z, visibility. */
export const POSE_LIMITS = { frames: 120, landmarks: 64, values: 4 } as const;
const A_MINUTE_MS = 60_000;

/** One frame: milliseconds since the batch began, and its values, landmark after landmark. */
export class PoseFrame {
  @ApiProperty({ type: 'integer', minimum: 0, maximum: A_MINUTE_MS })
  @IsInt()
  @Min(0)
  @Max(A_MINUTE_MS)
  offset_ms: number;

  @ApiProperty({ type: [Number], description: 'landmark_count × value_count numbers.' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(POSE_LIMITS.landmarks * POSE_LIMITS.values)
  landmarks: number[];
}

/** About one second of frames. The same number of the same session is the same batch, however often it comes. */
export class PoseBatch {
  @ApiProperty({
    type: 'integer',
    minimum: 0,
    maximum: 4_294_967_295,
    description: 'Its place in the session.',
  })
  @IsInt()
  @Min(0)
  @Max(4_294_967_295)
  batch_seq: number;

  @ApiProperty({ format: 'date-time' })
  @IsDateTime()
  started_at: string;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: POSE_LIMITS.landmarks, example: 33 })
  @IsInt()
  @Min(1)
  @Max(POSE_LIMITS.landmarks)
  landmark_count: number;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: POSE_LIMITS.values, example: 4 })
  @IsInt()
  @Min(1)
  @Max(POSE_LIMITS.values)
  value_count: number;

  @ApiProperty({ type: [PoseFrame], minItems: 1, maxItems: POSE_LIMITS.frames })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(POSE_LIMITS.frames)
  @IsObject({ each: true })
  frames: PoseFrame[];
}

/** The JSON form of POST /v1/telemetry/pose/frames; the binary form carries one batch. */
export class PoseFramesRequest extends SessionItemsRequest {
  @ApiProperty({ type: [PoseBatch], minItems: 1, maxItems: 10 })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(10)
  @IsObject({ each: true })
  batches: object[];
}
