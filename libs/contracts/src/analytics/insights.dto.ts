import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsUUID } from 'class-validator';
import { MayBeAbsent } from '../platform/may-be-absent';
import type { ConsentLevel } from './consent';

/** How far back a question looks from now. */
export const PERIODS = ['1h', '24h', '7d', '30d'] as const;
export type Period = (typeof PERIODS)[number];

/** What sessions of videos are grouped by. */
export const MEDIA_GROUPS = ['country_code', 'device_type', 'connection_type', 'browser_family'] as const;
export type MediaGroup = (typeof MEDIA_GROUPS)[number];

export class PeriodQuery {
  @ApiPropertyOptional({ enum: PERIODS, description: '7d when absent.' })
  @MayBeAbsent()
  @IsIn(PERIODS)
  period?: Period;
}

export class BandwidthQuery extends PeriodQuery {
  @ApiPropertyOptional({ enum: MEDIA_GROUPS, description: 'country_code when absent.' })
  @MayBeAbsent()
  @IsIn(MEDIA_GROUPS)
  group_by?: MediaGroup;

  @ApiPropertyOptional({ format: 'uuid', description: 'One exercise.' })
  @MayBeAbsent()
  @IsUUID()
  media_id?: string;
}

const average = { type: Number, nullable: true } as const;

/** How videos played for one group of sessions; null where no session told. Rates are between 0 and 1. */
export class BandwidthRow {
  @ApiProperty({ description: 'The country, kind of device, connection or browser.' }) value: string;
  @ApiProperty({ type: 'integer' }) total_sessions: number;
  @ApiProperty(average) avg_ttfb_ms: number | null;
  @ApiProperty(average) avg_load_time_ms: number | null;
  @ApiProperty(average) avg_buffering_count: number | null;
  @ApiProperty(average) avg_buffering_duration_ms: number | null;
  @ApiProperty({ ...average, description: 'Bits per second.' }) avg_bitrate: number | null;
  @ApiProperty(average) completion_rate: number | null;
  @ApiProperty(average) error_rate: number | null;
}

/** Videos begun on one UTC day. A share is between 0 and 1. */
export class MediaSessionsRow {
  @ApiProperty({ format: 'date' }) day: string;
  @ApiProperty({ type: 'integer' }) total_sessions: number;
  @ApiProperty({ type: 'integer' }) completed: number;
  @ApiProperty({ type: 'integer' }) abandoned: number;
  @ApiProperty({ type: 'integer' }) with_stalls: number;
  @ApiProperty({ type: 'integer' }) with_errors: number;
  @ApiProperty({ type: 'integer', description: 'Heartbeats, ten seconds each.' }) watched_seconds: number;
  @ApiProperty() reached_25: number;
  @ApiProperty() reached_50: number;
  @ApiProperty() reached_75: number;
  @ApiProperty() reached_95: number;
}

/** Video calls of one UTC day, as those who took part and consented measured them; null where nobody did. */
export class CallQualityRow {
  @ApiProperty({ format: 'date' }) day: string;
  @ApiProperty({ type: 'integer', description: 'Calls somebody told of.' }) calls: number;
  @ApiProperty({ type: 'integer', description: 'Their participants who told; joining again counts again.' })
  participants: number;
  @ApiProperty({ type: 'integer' }) good: number;
  @ApiProperty({ type: 'integer' }) fair: number;
  @ApiProperty({ type: 'integer', description: 'By the worst of round trip, jitter and lost packets.' })
  poor: number;
  @ApiProperty(average) avg_rtt_ms: number | null;
  @ApiProperty(average) avg_jitter_ms: number | null;
  @ApiProperty({ ...average, description: 'Share of lost packets, 0 to 1.' }) avg_packet_loss: number | null;
  @ApiProperty({ ...average, description: 'Bits per second.' }) avg_bitrate: number | null;
  @ApiProperty({ type: 'integer' }) with_errors: number;
  @ApiProperty({ type: 'integer', description: 'Who checked their network before.' }) network_checks: number;
  @ApiProperty({ type: 'integer', description: 'Whose last check said poor.' }) poor_checks: number;
}

/** How one route answered your organization. Durations in milliseconds; the error rate counts answers of 500 and up. */
export class ApiMetricsRow {
  @ApiProperty({ example: 'GET' }) method: string;
  @ApiProperty({ example: '/v1/patients/:id' }) route: string;
  @ApiProperty({ type: 'integer' }) requests: number;
  @ApiProperty() error_rate: number;
  @ApiProperty() p50_ms: number;
  @ApiProperty() p95_ms: number;
  @ApiProperty() p99_ms: number;
}

/** What the staff used on one UTC day, by role; nobody is named. */
export class StaffMetricsRow {
  @ApiProperty({ format: 'date' }) day: string;
  @ApiProperty() role: string;
  @ApiProperty({ example: 'GET /v1/patients/:id' }) activity: string;
  @ApiProperty({ type: 'integer' }) people: number;
  @ApiProperty({ type: 'integer' }) uses: number;
  @ApiProperty({ type: 'integer', description: 'Answered 400 and up.' }) failures: number;
}

/** Why a patient cannot watch, most likely. */
export const PLAYBACK_CAUSES = [
  'no_consent',
  'no_data',
  'device_cannot_play',
  'access_refused',
  'server_error',
  'slow_network',
  'unstable_network',
  'slow_delivery',
  'none_found',
] as const;
export type PlaybackCause = (typeof PLAYBACK_CAUSES)[number];

export class PlaybackSession {
  @ApiProperty({ format: 'date-time' }) first_event_at: string;
  @ApiProperty({ enum: ['open', 'abandoned', 'completed'] }) outcome: 'open' | 'abandoned' | 'completed';
  @ApiProperty({ description: 'Where it got to, seconds.' }) position_seconds: number;
  @ApiProperty({ type: 'integer' }) stalls: number;
  @ApiProperty({ type: 'integer' }) stalled_ms: number;
  @ApiProperty({ type: [String], description: 'Codes of faults, each once.' }) errors: string[];
  @ApiProperty(average) ttfb_ms: number | null;
  @ApiProperty(average) cdn_response_time_ms: number | null;
  @ApiProperty(average) rtt_ms: number | null;
  @ApiProperty({ ...average, description: 'Megabits per second.' }) effective_bandwidth: number | null;
  @ApiProperty() connection_type: string;
  @ApiProperty() device_class: string;
  @ApiProperty() browser_family: string;
  @ApiProperty() country: string;
}

export class PlaybackError {
  @ApiProperty() kind: string;
  @ApiProperty() code: string;
  @ApiProperty({ type: 'integer', description: '0 where there was none.' }) http_status: number;
  @ApiProperty({ type: 'integer' }) count: number;
  @ApiProperty({ format: 'date-time' }) last_at: string;
}

/** The last sessions and faults of one patient who consented, and what they point to. */
export class PlaybackReport {
  @ApiProperty({ format: 'uuid' }) patient_id: string;
  @ApiProperty({ type: 'integer', description: 'The patient’s consent; below 2 nothing of theirs is known.' })
  consent_level: ConsentLevel;
  @ApiProperty({ enum: PLAYBACK_CAUSES }) likely_cause: PlaybackCause;
  @ApiProperty({ description: 'What it rests on, in plain words.' }) because: string;
  @ApiProperty({ type: [PlaybackSession] }) sessions: PlaybackSession[];
  @ApiProperty({ type: [PlaybackError] }) errors: PlaybackError[];
}

/** Bodies of the questions to telemetry-api; `since` is ISO 8601, UTC. */
export interface InsightRequest {
  organization_id: number;
  since: string;
}
export interface BandwidthRequest extends InsightRequest {
  group_by: MediaGroup;
  media_id: string | null;
}
export interface PlaybackRequest extends InsightRequest {
  user_id: string;
}
export type PlaybackAnswer = Pick<PlaybackReport, 'sessions' | 'errors' | 'likely_cause' | 'because'>;
