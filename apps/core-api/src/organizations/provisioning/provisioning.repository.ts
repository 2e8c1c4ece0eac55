import { Injectable } from '@nestjs/common';
import type { ConsentLevel } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import type { OrganizationPlan } from './provisioning.types';

export interface UserInsert {
  id: string;
  email: string;
  name: string;
  platformRole: 'superadmin' | null;
}

/** SQL of provisioning; runs as system work only. */
@Injectable()
export class ProvisioningRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async organization(plan: OrganizationPlan): Promise<number> {
    const { sql } = this.uow;
    await sql.query(
      `insert into organizations (name, slug, identity_organization, location) values ($1, $2, $3, $4)
       on conflict (slug) do nothing`,
      [plan.name, plan.slug, plan.identity_organization, plan.location ?? null],
    );
    const [row] = await sql.query<{ id: number }>('select id from organizations where slug = $1', [
      plan.slug,
    ]);
    return (row as { id: number }).id;
  }

  async userBySubject(issuer: string, subject: string): Promise<string | undefined> {
    const [row] = await this.uow.sql.query<{ user_id: string }>(
      'select user_id from user_identities where issuer = $1 and subject = $2',
      [issuer, subject],
    );
    return row?.user_id;
  }

  async insertUser(user: UserInsert, issuer: string, subject: string): Promise<void> {
    await this.uow.sql.query('insert into users (id, email, name, platform_role) values ($1, $2, $3, $4)', [
      user.id,
      user.email,
      user.name,
      user.platformRole,
    ]);
    await this.uow.sql.query('insert into user_identities (issuer, subject, user_id) values ($1, $2, $3)', [
      issuer,
      subject,
      user.id,
    ]);
  }

  /** Answers whether the membership is new. */
  async insertMembership(organizationId: number, userId: string, role: string): Promise<boolean> {
    const rows = await this.uow.sql.query(
      `insert into user_organizations (organization_id, user_id, role) values ($1, $2, $3)
       on conflict (organization_id, user_id) do nothing returning 1 as inserted`,
      [organizationId, userId, role],
    );
    return rows.length > 0;
  }

  async insertSpecialist(
    organizationId: number,
    specialist: { id: string; userId: string; name: string; title: string | null; timezone: string | null },
  ): Promise<void> {
    await this.uow.sql.query(
      `insert into specialists (organization_id, id, user_id, name, title, scheduling_timezone, scheduling_active)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [
        organizationId,
        specialist.id,
        specialist.userId,
        specialist.name,
        specialist.title,
        specialist.timezone,
        specialist.timezone !== null,
      ],
    );
  }

  async insertConsent(
    organizationId: number,
    consent: { id: string; userId: string; level: ConsentLevel; policyVersion: string },
  ): Promise<void> {
    await this.uow.sql.query(
      `insert into user_consents (organization_id, id, user_id, consent_type, level, policy_version)
       values ($1, $2, $3, 'analytics', $4, $5)`,
      [organizationId, consent.id, consent.userId, consent.level, consent.policyVersion],
    );
  }

  /** Makes the user the owner of a record and of its person, unless the record already has an owner. */
  async linkPatient(patientId: string, userId: string): Promise<void> {
    const rows = await this.uow.sql.query<{ patient_person_id: string }>(
      `update patients set user_id = $2, updated_at = now() where id = $1 and user_id is null returning patient_person_id`,
      [patientId, userId],
    );
    if (!rows[0]) return;
    await this.uow.sql.query('update patient_persons set user_id = $2, updated_at = now() where id = $1', [
      rows[0].patient_person_id,
      userId,
    ]);
  }
}
