import { ApiProperty } from '@nestjs/swagger';

/** Answer of POST /internal/v1/privacy/withdrawals. */
export interface WithdrawalReceipt {
  withdrawal_id: string;
  /** Rows this removal found. */
  rows_removed: number;
}

/** The list of networks excluded from the sale of their data (CCPA). */
export class ExclusionsState {
  @ApiProperty({ description: 'Whether a provider account is configured.' }) is_configured: boolean;
  @ApiProperty({ type: 'integer' }) networks: number;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) synced_at: string | null;
  @ApiProperty({ type: 'integer', nullable: true }) age_seconds: number | null;
  @ApiProperty({ description: 'Older than two weeks; the last list stays in force.' }) is_stale: boolean;
  @ApiProperty({ type: String, nullable: true, description: 'Why the latest sync failed, if it did.' })
  last_failure: string | null;
}

/** The geo database that countries and regions are looked up in. */
export class GeoState {
  @ApiProperty() is_loaded: boolean;
  @ApiProperty({ type: String, nullable: true, example: 'GeoLite2-City' }) database_type: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) built_at: string | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it came into force here.',
  })
  loaded_at: string | null;
  @ApiProperty({ description: 'An update is still under way: ask again.' }) is_updating: boolean;
}
