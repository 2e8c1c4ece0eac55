import { Injectable } from '@nestjs/common';
import type { MemberRole } from '@restartix/contracts';
import type { Principal, SessionEnd } from '@restartix/tenancy';
import { MainDatabases } from '../../platform/main-databases';

/** Who a token's subject is here, and what they are in its organization. */
interface PersonColumns {
  user_id: string;
  email: string | null;
  platform_role: string | null;
  organization_id: number | null;
  role: MemberRole | null;
}

/** The session of a token. */
interface SessionColumns {
  session_id: string;
  started_at: Date;
  authenticated_at: Date;
  mfa_at: Date | null;
  factors: string[];
  last_active_at: Date;
  end_reason: SessionEnd | null;
}

export type KnownSession = PersonColumns & SessionColumns;

/** With a session that was never seen before, `session_id` is null, and so is all that is said of it. */
export type IdentityRow = KnownSession | (PersonColumns & { session_id: null });

/** Asks the one function that may look before anyone is identified. */
@Injectable()
export class IdentityRepository {
  constructor(private readonly databases: MainDatabases) {}

  async find({ issuer, subject, organizationRef, sessionId }: Principal): Promise<IdentityRow | undefined> {
    const [row] = await this.databases.requests.query<IdentityRow>(
      'select * from resolve_identity($1, $2, $3, $4)',
      [issuer, subject, organizationRef, sessionId],
    );
    return row;
  }
}
