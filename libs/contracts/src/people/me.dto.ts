import { ApiProperty } from '@nestjs/swagger';
import { ROLES, type Role } from '../platform/roles';

export class CurrentOrganization {
  @ApiProperty({ type: 'integer' }) id: number;
  @ApiProperty() name: string;
  @ApiProperty() slug: string;
}

/** Who the token says you are, and what you are in its active organization. */
export class Me {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ type: String, nullable: true }) email: string | null;
  @ApiProperty({ type: String, nullable: true }) name: string | null;
  @ApiProperty({ enum: ROLES, nullable: true, description: 'Role in the active organization.' })
  role: Role | null;
  @ApiProperty({ type: CurrentOrganization, nullable: true })
  current_organization: CurrentOrganization | null;
  @ApiProperty({ type: 'array', items: { type: 'integer' } }) organization_ids: number[];
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) specialist_id: string | null;
  @ApiProperty({ type: String, nullable: true }) specialist_name: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) patient_id: string | null;
}
