import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@restartix/database';
import type { ClaimState } from './claim.policy';

export interface NewClaim {
  id: string;
  patientId: string;
  codeIndex: string;
  channel: 'email' | 'sms';
  issuedBy: string;
  issuedAt: Date;
  expiresAt: Date;
}

export interface ClaimRow extends ClaimState {
  id: string;
  patient_id: string;
}

/** SQL of claims: issued by the staff of an organization, redeemed as system work of it. */
@Injectable()
export class ClaimsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Takes back the code of a patient that is still open. */
  async replaceOpen(patientId: string, now: Date): Promise<void> {
    await this.uow.sql.query(
      `update patient_claims set replaced_at = $2
        where patient_id = $1 and used_at is null and replaced_at is null`,
      [patientId, now],
    );
  }

  async insert(organizationId: number, claim: NewClaim): Promise<void> {
    await this.uow.sql.query(
      `insert into patient_claims (organization_id, id, patient_id, code_index, channel, issued_by, issued_at, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        ...[organizationId, claim.id, claim.patientId, claim.codeIndex],
        ...[claim.channel, claim.issuedBy, claim.issuedAt, claim.expiresAt],
      ],
    );
  }

  /** The claim of a code, kept from being redeemed twice; none for a record that was erased. */
  async findForUse(codeIndex: string): Promise<ClaimRow | undefined> {
    const [row] = await this.uow.sql.query<ClaimRow>(
      `select c.id, c.patient_id, c.expires_at, c.wrong_answers, c.replaced_at, c.used_at
         from patient_claims c
         join patients p on p.organization_id = c.organization_id and p.id = c.patient_id and p.deleted_at is null
        where c.code_index = $1 for update of c`,
      [codeIndex],
    );
    return row;
  }

  async countWrong(id: string): Promise<void> {
    await this.uow.sql.query('update patient_claims set wrong_answers = wrong_answers + 1 where id = $1', [
      id,
    ]);
  }

  async markUsed(id: string, userId: string, now: Date): Promise<void> {
    await this.uow.sql.query('update patient_claims set used_at = $3, used_by = $2 where id = $1', [
      id,
      userId,
      now,
    ]);
  }

  /** Makes a login a patient of the organization. False when it is a member in another role. */
  async admit(organizationId: number, userId: string): Promise<boolean> {
    await this.uow.sql.query(
      `insert into user_organizations (organization_id, user_id, role) values ($1, $2, 'patient')
       on conflict (organization_id, user_id) do nothing`,
      [organizationId, userId],
    );
    const rows = await this.uow.sql.query(
      `select 1 from user_organizations where organization_id = $1 and user_id = $2 and role = 'patient'`,
      [organizationId, userId],
    );
    return rows.length > 0;
  }
}
