import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsUUID, Max, Min } from 'class-validator';
import { CALL_ADVICE, CALL_RATINGS, type CallAdvice, type CallRating } from './call-quality';
import { ItemResult } from './client-item';

/** What every body of a session's doors says again of its token; anything else than the token's is refused. */
export class SessionItemsRequest {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 2_147_483_647 })
  @IsInt()
  @Min(1)
  @Max(2_147_483_647)
  organization_id: number;

  @ApiProperty({ format: 'uuid', description: 'The exercise session of the token.' })
  @IsUUID()
  session_id: string;
}

/** What a check of the network before a call means for who asked. */
export class NetworkCheckAnswer {
  @ApiProperty({ enum: CALL_RATINGS }) rating: CallRating;
  @ApiProperty({
    enum: CALL_ADVICE,
    description: 'video: go ahead. audio_only: switch the camera off. phone: call the clinic instead.',
  })
  advice: CallAdvice;
  @ApiProperty({ description: 'The advice as a sentence to show.' }) message: string;
}

/** Answer of the doors of a session: what became of each item, in order. */
export class SessionItemsReceipt {
  @ApiProperty({ format: 'uuid' }) session_id: string;
  @ApiProperty({ type: 'integer' }) accepted: number;
  @ApiProperty({ type: [ItemResult] }) results: ItemResult[];
  @ApiPropertyOptional({
    type: NetworkCheckAnswer,
    description: 'Of the last network_check among the items, when there is one.',
  })
  network_check?: NetworkCheckAnswer;
}
