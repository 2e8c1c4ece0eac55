import { Injectable } from '@nestjs/common';
import type { MemberRole } from '@restartix/contracts';
import { IdentityResolver, type Principal, type ResolvedIdentity } from '@restartix/tenancy';
import { MainDatabases } from '../../platform/main-databases';

interface IdentityRow {
  user_id: string;
  email: string | null;
  platform_role: string | null;
  organization_id: number | null;
  role: MemberRole | null;
}

/** Tokens → our ids, through the one function that may look before anyone is identified. */
@Injectable()
export class IdentityRepository extends IdentityResolver {
  constructor(private readonly databases: MainDatabases) {
    super();
  }

  async resolve({ issuer, subject, organizationRef }: Principal): Promise<ResolvedIdentity | null> {
    const [row] = await this.databases.requests.query<IdentityRow>(
      'select * from resolve_identity($1, $2, $3)',
      [issuer, subject, organizationRef],
    );
    if (!row) return null;
    return {
      userId: row.user_id,
      emailEnvelope: row.email,
      superadmin: row.platform_role === 'superadmin',
      organizationId: row.organization_id,
      role: row.role,
    };
  }
}
