import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@restartix/database';
import type { ProviderMembership } from './memberships.port';

/** A membership the identity provider has not been told of; nobody else takes it before its lease ends. */
export interface UntoldMembership {
  organization_id: number;
  user_id: string;
  attempts: number;
}

/** SQL of the line of memberships to tell; as system work only. */
@Injectable()
export class ClerkMembershipsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async lineUp(organizationId: number, userId: string): Promise<void> {
    await this.uow.sql.query(
      `insert into untold_memberships (organization_id, user_id) values ($1, $2)
       on conflict (organization_id, user_id) do update set due_at = now(), attempts = 0, last_failure = null`,
      [organizationId, userId],
    );
  }

  /** The next that is due, for `leaseSeconds`; who dies with it loses it to the next. */
  async take(leaseSeconds: number): Promise<UntoldMembership | undefined> {
    const [row] = await this.uow.sql.query<UntoldMembership>(
      `update untold_memberships u
          set attempts = u.attempts + 1, due_at = now() + make_interval(secs => $1)
        where (u.organization_id, u.user_id) in (select organization_id, user_id from untold_memberships
                where due_at <= now() order by due_at limit 1 for update skip locked)
       returning u.organization_id, u.user_id, u.attempts`,
      [leaseSeconds],
    );
    return row;
  }

  /** What to tell; undefined when it is a membership no longer, or the provider knows the organization or user not. */
  async find(
    { organization_id, user_id }: UntoldMembership,
    issuer: string,
  ): Promise<ProviderMembership | undefined> {
    const [row] = await this.uow.sql.query<ProviderMembership>(
      `select o.identity_organization as organization, i.subject from user_organizations m
         join organizations o on o.id = m.organization_id and o.identity_organization is not null
         join user_identities i on i.user_id = m.user_id and i.issuer = $3
        where m.organization_id = $1 and m.user_id = $2 limit 1`,
      [organization_id, user_id, issuer],
    );
    return row;
  }

  async finish({ organization_id, user_id }: UntoldMembership): Promise<void> {
    await this.uow.sql.query('delete from untold_memberships where organization_id = $1 and user_id = $2', [
      ...[organization_id, user_id],
    ]);
  }

  async postpone(
    { organization_id, user_id }: UntoldMembership,
    seconds: number,
    why: string,
  ): Promise<void> {
    await this.uow.sql.query(
      `update untold_memberships set due_at = now() + make_interval(secs => $3), last_failure = $4
        where organization_id = $1 and user_id = $2`,
      [organization_id, user_id, seconds, why],
    );
  }

  async backlog(): Promise<{ waiting: number; oldest_seconds: number }> {
    const [row] = await this.uow.sql.query<{ waiting: number; oldest_seconds: number }>(
      `select count(*)::int as waiting, coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as oldest_seconds
         from untold_memberships`,
    );
    return row ?? { waiting: 0, oldest_seconds: 0 };
  }
}
