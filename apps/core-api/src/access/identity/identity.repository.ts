import { Injectable } from '@nestjs/common';
import type { MemberRole, SsoConnection } from '@restartix/contracts';
import type { OpenedRecord, Principal, SessionEnd } from '@restartix/tenancy';
import { MainDatabases } from '../../platform/main-databases';

/** Who a token's subject is here, and what they are in its organization. */
interface PersonColumns {
  user_id: string;
  email: string | null;
  platform_role: string | null;
  organization_id: number | null;
  role: MemberRole | null;
  /** Where the organization demands that this member signs in; null is nearly always. */
  sso: SsoConnection | null;
}

/** A record that is open to the session, until a time in milliseconds since 1970. */
export type OpenedColumn = OpenedRecord & { expiresAt: number };

/** The session of a token. */
export interface SessionColumns {
  session_id: string;
  started_at: Date;
  authenticated_at: Date;
  mfa_at: Date | null;
  factors: string[];
  last_active_at: Date;
  end_reason: SessionEnd | null;
  break_glass: OpenedColumn[] | null;
}

export type KnownSession = PersonColumns & SessionColumns;

/** With a session that was never seen before, `session_id` is null, and so is all that is said of it. */
export type IdentityRow = KnownSession | (PersonColumns & { session_id: null });

/** A live impersonation, whose place it takes, and the session of who acts. */
export interface ImpersonationRow extends Omit<SessionColumns, 'break_glass'> {
  impersonation_id: string;
  expires_at: Date;
  organization_id: number;
  user_id: string;
  email: string | null;
  staff_user_id: string;
  staff_email: string | null;
  staff_role: MemberRole;
}

/** Asks the functions that may look before anyone is identified. */
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

  /** The impersonation a token on behalf of another stands for, while it lives. */
  async findImpersonation({
    issuer,
    subject,
    organizationRef,
    delegation,
  }: Principal): Promise<ImpersonationRow | undefined> {
    const id = delegation && 'impersonationId' in delegation ? delegation.impersonationId : null;
    const actor = delegation && 'actorSubject' in delegation ? delegation.actorSubject : null;
    const [row] = await this.databases.requests.query<ImpersonationRow>(
      'select * from resolve_impersonation($1, $2, $3, $4, $5)',
      [id, issuer, subject, organizationRef, actor],
    );
    return row;
  }
}
