import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, Max, Min } from 'class-validator';
import { MayBeAbsent } from '../platform/may-be-absent';

export const EXERCISE_SESSION_OUTCOMES = ['completed', 'abandoned'] as const;
export type ExerciseSessionOutcome = (typeof EXERCISE_SESSION_OUTCOMES)[number];

const MOST_EXERCISES = 200;

/** Body of POST /v1/exercise-sessions. */
export class StartExerciseSessionRequest {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MOST_EXERCISES,
    description: 'How many exercises the session holds, where the app knows.',
  })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(MOST_EXERCISES)
  exercises_planned?: number;
}

/** Body of POST /v1/exercise-sessions/{id}/end. */
export class EndExerciseSessionRequest {
  @ApiProperty({ enum: EXERCISE_SESSION_OUTCOMES })
  @IsIn(EXERCISE_SESSION_OUTCOMES)
  outcome: ExerciseSessionOutcome;

  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: MOST_EXERCISES })
  @MayBeAbsent()
  @IsInt()
  @Min(0)
  @Max(MOST_EXERCISES)
  exercises_completed?: number;
}

/** One time a patient sat down to exercise. */
export class ExerciseSession {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ format: 'uuid' }) patient_id: string;
  @ApiProperty({ format: 'date-time' }) started_at: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) ended_at: string | null;
  @ApiProperty({ enum: EXERCISE_SESSION_OUTCOMES, nullable: true }) outcome: ExerciseSessionOutcome | null;
  @ApiProperty({ type: 'integer', nullable: true }) exercises_planned: number | null;
  @ApiProperty({ type: 'integer', nullable: true }) exercises_completed: number | null;
}

/** What the app sends media events and pose frames with: `Authorization: Bearer v1.…`. */
export class SessionToken {
  @ApiProperty({
    example: 'v1.eyJ…',
    description: 'Signed; good for this session and the media and pose doors.',
  })
  token: string;
  @ApiProperty({ format: 'date-time' }) expires_at: string;
}

/** Answer of POST /v1/appointments/{id}/call-session: what the media door wants to be told with. */
export class CallSession {
  @ApiProperty({ format: 'uuid' }) session_id: string;
  @ApiProperty({ format: 'uuid', description: 'The appointment; all who take part name the same one.' })
  media_id: string;
  @ApiProperty({ type: SessionToken }) telemetry: SessionToken;
  @ApiProperty({
    type: 'string',
    nullable: true,
    description:
      'Where to call when no video call comes about: the clinic of the appointment, or the organization.',
  })
  phone: string | null;
}

/** Answer of POST /v1/exercise-sessions. */
export class StartedExerciseSession extends ExerciseSession {
  @ApiProperty({ type: SessionToken }) telemetry: SessionToken;
}
