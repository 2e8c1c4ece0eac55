import { Injectable } from '@nestjs/common';
import type { SecondFactorKind } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import type { Attempts } from './lockout.policy';

export interface FactorRow {
  id: string;
  user_id: string;
  kind: SecondFactorKind;
  wrapped_secret: string | null;
  device_bound: boolean;
  sign_count: string;
  last_step: string;
  confirmed_at: Date | null;
  last_used_at: Date | null;
  created_at: Date;
}

export interface ChallengeRow {
  id: string;
  user_id: string;
  session_id: string;
  kind: 'enrol' | 'webauthn' | 'sms';
  answer: string;
  expires_at: Date;
}

const FACTOR =
  'id, user_id, kind, wrapped_secret, device_bound, sign_count, last_step, confirmed_at, last_used_at, created_at';

/** Second factors of the caller; row-level security shows nobody else's. */
@Injectable()
export class StepUpRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Confirmed ones, oldest first. */
  factors(): Promise<FactorRow[]> {
    return this.uow.sql.query<FactorRow>(
      `select ${FACTOR} from second_factors where confirmed_at is not null order by created_at, id`,
    );
  }

  async pending(id: string): Promise<FactorRow | undefined> {
    const [row] = await this.uow.sql.query<FactorRow>(
      `select ${FACTOR} from second_factors where id = $1 and confirmed_at is null for update`,
      [id],
    );
    return row;
  }

  /** Begins an enrolment. */
  async begin(id: string, userId: string, kind: SecondFactorKind, secret: string | null): Promise<void> {
    await this.uow.sql.query(
      `insert into second_factors (id, user_id, kind, wrapped_secret) values ($1, $2, $3, $4)`,
      [id, userId, kind, secret],
    );
  }

  async confirm(
    id: string,
    change: {
      secret: string | null;
      credentialIndex: string | null;
      deviceBound: boolean;
      signCount: number;
      lastStep: number;
      at: Date;
    },
  ): Promise<FactorRow | undefined> {
    const [row] = await this.uow.sql.query<FactorRow>(
      `update second_factors set wrapped_secret = $2, credential_index = $3, device_bound = $4, sign_count = $5,
              last_step = $6, confirmed_at = $7 where id = $1 returning ${FACTOR}`,
      [
        id,
        change.secret,
        change.credentialIndex,
        change.deviceBound,
        change.signCount,
        change.lastStep,
        change.at,
      ],
    );
    return row;
  }

  async remove(id: string): Promise<boolean> {
    const rows = await this.uow.sql.query('delete from second_factors where id = $1 returning id', [id]);
    return rows.length > 0;
  }

  /** Takes down that a factor was used. */
  async used(id: string, change: { signCount: number; lastStep: number; at: Date }): Promise<void> {
    await this.uow.sql.query(
      'update second_factors set sign_count = $2, last_step = $3, last_used_at = $4 where id = $1',
      [id, change.signCount, change.lastStep, change.at],
    );
  }

  async insertRecoveryCodes(userId: string, hashes: string[]): Promise<void> {
    await this.uow.sql.query(
      'insert into recovery_codes (user_id, code_hash) select $1, unnest($2::text[])',
      [userId, hashes],
    );
  }

  async hasRecoveryCodes(): Promise<boolean> {
    return (
      (await this.uow.sql.query('select 1 from recovery_codes where used_at is null limit 1')).length > 0
    );
  }

  /** False when there is no such code, or it was used. */
  async useRecoveryCode(hash: string, at: Date): Promise<boolean> {
    const rows = await this.uow.sql.query(
      'update recovery_codes set used_at = $2 where code_hash = $1 and used_at is null returning 1 as used',
      [hash, at],
    );
    return rows.length > 0;
  }

  /** Keeps a challenge, and forgets those of the user that have expired. */
  async challenge(challenge: ChallengeRow, now: Date): Promise<void> {
    await this.uow.sql.query('delete from step_up_challenges where user_id = $1 and expires_at <= $2', [
      challenge.user_id,
      now,
    ]);
    await this.uow.sql.query(
      `insert into step_up_challenges (id, user_id, session_id, kind, answer, expires_at)
       values ($1, $2, $3, $4, $5, $6)`,
      [
        challenge.id,
        challenge.user_id,
        challenge.session_id,
        challenge.kind,
        challenge.answer,
        challenge.expires_at,
      ],
    );
  }

  /** Takes a challenge of this session: it can be answered once, rightly or wrongly. */
  async take(
    id: string,
    kind: ChallengeRow['kind'],
    sessionId: string,
    now: Date,
  ): Promise<string | undefined> {
    const [row] = await this.uow.sql.query<{ answer: string }>(
      `delete from step_up_challenges where id = $1 and kind = $2 and session_id = $3 and expires_at > $4
       returning answer`,
      [id, kind, sessionId, now],
    );
    return row?.answer;
  }

  /** Takes the code that was sent, if this is its keyed hash; a wrong one stays and can be tried again. */
  async takeAnswered(id: string, answer: string, sessionId: string, now: Date): Promise<boolean> {
    const rows = await this.uow.sql.query(
      `delete from step_up_challenges
        where id = $1 and kind = 'sms' and answer = $2 and session_id = $3 and expires_at > $4 returning id`,
      [id, answer, sessionId, now],
    );
    return rows.length > 0;
  }

  /** The caller's wrong answers; other attempts of the account wait meanwhile. */
  async lockAttempts(userId: string): Promise<Attempts> {
    await this.uow.sql.query(
      'insert into step_up_attempts (user_id) values ($1) on conflict (user_id) do nothing',
      [userId],
    );
    const [row] = await this.uow.sql.query<Attempts>(
      'select failures, locked_until from step_up_attempts where user_id = $1 for update',
      [userId],
    );
    return row ?? { failures: 0, locked_until: null };
  }

  async saveAttempts(userId: string, { failures, locked_until }: Attempts): Promise<void> {
    await this.uow.sql.query(
      'update step_up_attempts set failures = $2, locked_until = $3 where user_id = $1',
      [userId, failures, locked_until],
    );
  }

  /** The caller's own record in the active organization, when it has a phone number. */
  async ownPatientWithPhone(userId: string): Promise<string | undefined> {
    const [row] = await this.uow.sql.query<{ id: string }>(
      'select id from patients where user_id = $1 and phone is not null and deleted_at is null',
      [userId],
    );
    return row?.id;
  }
}
