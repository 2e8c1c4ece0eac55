import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsFQDN, MaxLength } from 'class-validator';

/** Body of POST /v1/organizations/{id}/domains. */
export class AddDomainRequest {
  @ApiProperty({ format: 'hostname', maxLength: 253, example: 'clinic.example.com' })
  @MaxLength(253)
  @IsFQDN({ allow_underscores: false })
  hostname: string;
}

/** A host name an organization asked for. It answers once its owner has published the record. */
export class OrganizationDomain {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty() hostname: string;
  @ApiProperty({ description: 'Name of the TXT record to publish.' }) record_name: string;
  @ApiProperty({ description: 'Its value.' }) record_value: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) verified_at: string | null;
  @ApiProperty({ format: 'date-time' }) created_at: string;
}

/** Query of GET /v1/public/organizations/resolve. */
export class ResolveHostQuery {
  @ApiProperty({ format: 'hostname', maxLength: 253, example: 'carpathia.portal.restartix.app' })
  @MaxLength(253)
  @IsFQDN({ allow_underscores: false })
  host: string;
}

/** What a stranger may know of the organization behind a host name. */
export class PublicOrganization {
  @ApiProperty({ type: 'integer' }) id: number;
  @ApiProperty() name: string;
  @ApiProperty() slug: string;
  @ApiPropertyOptional({ type: String, nullable: true }) tagline: string | null;
}
