import { Injectable } from '@nestjs/common';
import type { MemberRole } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';

/** SQL of what follows Clerk; inside a unit of work of the system only. */
@Injectable()
export class ClerkSyncRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async user(issuer: string, subject: string): Promise<{ id: string; email: string | null } | undefined> {
    const [row] = await this.uow.sql.query<{ id: string; email: string | null }>(
      `select u.id, u.email from user_identities i join users u on u.id = i.user_id
        where i.issuer = $1 and i.subject = $2`,
      [issuer, subject],
    );
    return row;
  }

  async insertUser(
    user: { id: string; email: string | null; name: string | null },
    issuer: string,
    subject: string,
  ): Promise<void> {
    const { id, email, name } = user;
    await this.uow.sql.query('insert into users (id, email, name) values ($1, $2, $3)', [id, email, name]);
    await this.uow.sql.query('insert into user_identities (issuer, subject, user_id) values ($1, $2, $3)', [
      issuer,
      subject,
      id,
    ]);
  }

  async updateUser(user: { id: string; email: string | null; name: string | null }): Promise<void> {
    await this.uow.sql.query('update users set email = $2, name = $3, updated_at = now() where id = $1', [
      user.id,
      user.email,
      user.name,
    ]);
  }

  /** Nobody signs in by this subject any more, and its user is a member of nothing. */
  async forgetUser(issuer: string, subject: string, userId: string): Promise<void> {
    await this.uow.sql.query('delete from user_identities where issuer = $1 and subject = $2', [
      issuer,
      subject,
    ]);
    await this.uow.sql.query('delete from user_organizations where user_id = $1', [userId]);
  }

  async organization(reference: string): Promise<number | undefined> {
    const [row] = await this.uow.sql.query<{ id: number }>(
      'select id from organizations where identity_organization = $1',
      [reference],
    );
    return row?.id;
  }

  /** False when the slug is another organization's. */
  async insertOrganization(reference: string, name: string, slug: string): Promise<boolean> {
    const rows = await this.uow.sql.query(
      `insert into organizations (name, slug, identity_organization) values ($1, $2, $3)
       on conflict do nothing returning id`,
      [name, slug, reference],
    );
    return rows.length > 0;
  }

  async renameOrganization(id: number, name: string): Promise<void> {
    await this.uow.sql.query(
      'update organizations set name = $2, updated_at = now() where id = $1 and name <> $2',
      [id, name],
    );
  }

  async removeMembers(organizationId: number): Promise<void> {
    await this.uow.sql.query('delete from user_organizations where organization_id = $1', [organizationId]);
  }

  async role(organizationId: number, userId: string): Promise<MemberRole | null> {
    const [row] = await this.uow.sql.query<{ role: MemberRole }>(
      'select role from user_organizations where organization_id = $1 and user_id = $2',
      [organizationId, userId],
    );
    return row?.role ?? null;
  }

  async saveMembership(organizationId: number, userId: string, role: MemberRole): Promise<void> {
    await this.uow.sql.query(
      `insert into user_organizations (organization_id, user_id, role) values ($1, $2, $3)
       on conflict (organization_id, user_id) do update set role = excluded.role, updated_at = now()`,
      [organizationId, userId, role],
    );
  }

  async removeMembership(organizationId: number, userId: string): Promise<void> {
    await this.uow.sql.query('delete from user_organizations where organization_id = $1 and user_id = $2', [
      organizationId,
      userId,
    ]);
  }
}
