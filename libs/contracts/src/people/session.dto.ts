import { ApiProperty } from '@nestjs/swagger';

/** A session of the caller that may still be used. */
export class MySession {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ description: 'The one this request came with.' }) current: boolean;
  @ApiProperty({ format: 'date-time', description: 'When you signed in.' }) started_at: string;
  @ApiProperty({ format: 'date-time', description: 'To the second.' }) last_active_at: string;
  @ApiProperty({ format: 'date-time', description: 'When you last proved that it is you.' })
  authenticated_at: string;
  @ApiProperty({ type: [String], description: 'How, in the words of RFC 8176; empty when nobody told us.' })
  factors: string[];
  @ApiProperty({ type: 'integer', nullable: true, description: 'The organization that was active then.' })
  organization_id: number | null;
  @ApiProperty({ type: String, nullable: true, description: 'Address it began from.' })
  client_address: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Program it began in, as it names itself.' })
  user_agent: string | null;
}
