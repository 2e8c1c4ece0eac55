import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, Matches, MaxLength } from 'class-validator';
import { ROLES, type Role } from '../platform/roles';
import { RELATIONSHIPS, RESOURCES, type Relationship } from './matrix';

/** Resources whose single things can be asked about. */
export const EXPLAINABLE = ['patient', 'organization'] as const satisfies (typeof RESOURCES)[number][];

const THING_ID =
  /^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|[1-9]\d{0,8})$/;

/** Query of GET /v1/access/explain. */
export class AccessQuestion {
  @ApiProperty({ enum: EXPLAINABLE }) @IsIn(EXPLAINABLE) resource: (typeof EXPLAINABLE)[number];

  @ApiProperty({ maxLength: 36, pattern: THING_ID.source, description: 'Id of the thing.' })
  @MaxLength(36)
  @Matches(THING_ID, { message: 'must be a UUID or a positive whole number' })
  id: string;
}

/** What the deciding cell of the access matrix opens; an absent verb is refused. */
export class AccessCell {
  @ApiPropertyOptional({ enum: ['all', 'contact'] }) read?: 'all' | 'contact';
  @ApiPropertyOptional({ enum: ['all', 'contact'] }) create?: 'all' | 'contact';
  @ApiPropertyOptional({ enum: ['all', 'contact'] }) update?: 'all' | 'contact';
}

/** Why the caller may, or may not, see one thing. A thing of another organization reads like one that is not there. */
export class AccessExplanation {
  @ApiProperty({ enum: EXPLAINABLE }) resource: (typeof EXPLAINABLE)[number];
  @ApiProperty() id: string;
  @ApiProperty({ enum: ROLES }) role: Role;
  @ApiProperty({ enum: RELATIONSHIPS, description: 'What the thing is to the caller.' })
  relationship: Relationship;
  @ApiProperty({ type: AccessCell }) cell: AccessCell;
  @ApiProperty() allowed: boolean;
  @ApiProperty({ description: 'Whether the person shared the portable profile with this organization.' })
  profile_shared: boolean;
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The open care relationship that decided.',
  })
  care_relationship_id: string | null;
}
