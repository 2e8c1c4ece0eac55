import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@restartix/database';
import type { SessionEnd } from '@restartix/tenancy';
import { MainDatabases } from '../../platform/main-databases';

export interface SessionRow {
  id: string;
  issuer: string;
  identity_session: string;
  user_id: string;
  organization_id: number | null;
  client: string | null;
  started_at: Date;
  authenticated_at: Date;
  mfa_at: Date | null;
  factors: string[];
  last_active_at: Date;
}

/** A session that was just ended, and the log its ending belongs to. */
export interface EndedSession {
  id: string;
  user_id: string | null;
  organization_id: number | null;
}

@Injectable()
export class SessionsRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly databases: MainDatabases,
  ) {}

  /** Waits for other sign-ins of the same user, so that each counts the sessions before it. */
  async lockUser(userId: string): Promise<void> {
    await this.uow.sql.query('select 1 from users where id = $1 for no key update', [userId]);
  }

  /** False when the session is there already. */
  async insert(session: SessionRow): Promise<boolean> {
    const rows = await this.uow.sql.query(
      `insert into sessions (id, issuer, identity_session, user_id, organization_id, client,
                             started_at, authenticated_at, mfa_at, factors, last_active_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
       on conflict (issuer, identity_session) do nothing returning id`,
      [
        session.id,
        session.issuer,
        session.identity_session,
        session.user_id,
        session.organization_id,
        session.client,
        session.started_at,
        session.authenticated_at,
        session.mfa_at,
        session.factors,
        session.last_active_at,
      ],
    );
    return rows.length > 0;
  }

  /** Ends those of a user's open sessions that go beyond a number, least recently used first; never the newest one. */
  endBeyond(userId: string, newest: string, most: number, at: Date): Promise<EndedSession[]> {
    return this.uow.sql.query<EndedSession>(
      `update sessions set ended_at = $4, end_reason = 'limit' where id in (
         select id from sessions where user_id = $1 and ended_at is null and id <> $2
          order by last_active_at desc, id desc offset $3)
       returning id, user_id, organization_id`,
      [userId, newest, most - 1, at],
    );
  }

  end(id: string, reason: SessionEnd, at: Date): Promise<EndedSession[]> {
    return this.uow.sql.query<EndedSession>(
      `update sessions set ended_at = $3, end_reason = $2 where id = $1 and ended_at is null
       returning id, user_id, organization_id`,
      [id, reason, at],
    );
  }

  /** Ends open sessions of a user: all, all except one, or only one. */
  endOf(
    userId: string,
    which: { only?: string; except?: string },
    reason: SessionEnd,
    at: Date,
  ): Promise<EndedSession[]> {
    return this.uow.sql.query<EndedSession>(
      `update sessions set ended_at = $3, end_reason = $2
        where user_id = $1 and ended_at is null
          and ($4::uuid is null or id = $4) and ($5::uuid is null or id <> $5)
       returning id, user_id, organization_id`,
      [userId, reason, at, which.only ?? null, which.except ?? null],
    );
  }

  /** Ends an open session; one that nobody has seen is stored as ended. Answers what was open, or is barred now. */
  endOrBar(id: string, issuer: string, identitySession: string, at: Date): Promise<EndedSession[]> {
    return this.uow.sql.query<EndedSession>(
      `insert into sessions (id, issuer, identity_session, started_at, authenticated_at, last_active_at,
                             ended_at, end_reason)
       values ($1, $2, $3, $4, $4, $4, $4, 'provider')
       on conflict (issuer, identity_session) do update set ended_at = $4, end_reason = 'provider'
         where sessions.ended_at is null
       returning id, user_id, organization_id`,
      [id, issuer, identitySession, at],
    );
  }

  async isOf(userId: string, id: string): Promise<boolean> {
    const rows = await this.uow.sql.query('select 1 from sessions where user_id = $1 and id = $2', [
      userId,
      id,
    ]);
    return rows.length > 0;
  }

  listOpen(userId: string, usedSince: Date): Promise<SessionRow[]> {
    return this.uow.read<SessionRow>(
      `select * from sessions where user_id = $1 and ended_at is null and last_active_at > $2
        order by last_active_at desc, id desc limit 100`,
      [userId, usedSince],
    );
  }

  /** A proof by the user of a session: of a second factor too when `isSecond`. */
  async addProof(id: string, factors: readonly string[], isSecond: boolean, at: Date): Promise<void> {
    await this.uow.sql.query(
      `update sessions set authenticated_at = greatest(authenticated_at, $4),
              mfa_at = case when $3 then greatest(mfa_at, $4) else mfa_at end,
              factors = array(select distinct unnest(factors || $2::text[]) order by 1)
        where id = $1 and ended_at is null`,
      [id, factors, isSecond, at],
    );
  }

  /** Writes when sessions were last used, for all of them in one statement. */
  async touch(activity: ReadonlyMap<string, Date>): Promise<void> {
    await this.databases.system.query(
      `update sessions s set last_active_at = a.at
         from unnest($1::uuid[], $2::timestamptz[]) as a (id, at)
        where s.id = a.id and s.last_active_at < a.at`,
      [[...activity.keys()], [...activity.values()].map((at) => at.toISOString())],
    );
  }
}
