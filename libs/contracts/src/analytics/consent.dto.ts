import { ApiProperty } from '@nestjs/swagger';
import { IsIn, Matches } from 'class-validator';
import { CONSENT_LEVELS, type ConsentLevel } from './consent';

/** Versions of the policy text people consent to, such as 2026-01. */
export const POLICY_VERSION = /^[0-9A-Za-z][0-9A-Za-z._-]{0,31}$/;

const LEVEL = {
  enum: CONSENT_LEVELS,
  type: 'integer',
  description: '0 nothing · 1 errors · 2 also usage and video quality · 3 also body landmarks.',
} as const;

/** What became of the data of a consent that was withdrawn or lowered. */
export class AnalyticsWithdrawal {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty(LEVEL) level: ConsentLevel;
  @ApiProperty({ format: 'date-time' }) requested_at: string;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the rows were removed; null while that is under way.',
  })
  removed_at: string | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When they were looked for once more, after everything that was on its way had arrived.',
  })
  confirmed_at: string | null;
  @ApiProperty({ type: 'integer', description: 'Rows removed so far.' }) rows_removed: number;
}

/** The caller's consent to analytics in the active organization. */
export class AnalyticsConsent {
  @ApiProperty(LEVEL) level: ConsentLevel;
  @ApiProperty({ type: String, nullable: true }) policy_version: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) given_at: string | null;
  @ApiProperty({
    type: AnalyticsWithdrawal,
    nullable: true,
    description: 'The receipt of the latest withdrawal.',
  })
  withdrawal: AnalyticsWithdrawal | null;
}

/** Body of PUT /v1/me/analytics-consent. */
export class ChangeAnalyticsConsentRequest {
  @ApiProperty(LEVEL)
  @IsIn(CONSENT_LEVELS)
  level: ConsentLevel;

  @ApiProperty({
    example: '2026-01',
    pattern: POLICY_VERSION.source,
    description: 'The text they agreed to.',
  })
  @Matches(POLICY_VERSION, { message: 'must be the version of a policy, such as 2026-01' })
  policy_version: string;
}
