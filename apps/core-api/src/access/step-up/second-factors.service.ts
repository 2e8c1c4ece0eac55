import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '@restartix/context';
import type { Confirmed, ConfirmRequest, EnrolRequest, Enrolment, SecondFactor } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { DomainError, invalid, notFound } from '@restartix/errors';
import { assertSteppedUp } from '@restartix/tenancy';
import { v7 as uuidv7 } from 'uuid';
import { Credentials } from './credentials';
import { FactorSecrets } from './factor-secrets';
import { stepUpCaller } from './step-up.caller';
import { StepUpRepository, type FactorRow } from './step-up.repository';
import { acceptedStep, otpauthUri } from './totp.policy';
import { WebAuthnAdapter } from './webauthn.adapter';

const SECRET_BYTES = 20;
const ENROLMENT_MS = 10 * 60_000;

/** What became of an enrolment that was to be finished. */
interface Outcome {
  secret: string | null;
  credentialIndex: string | null;
  deviceBound: boolean;
  signCount: number;
  lastStep: number;
}

/** The caller's second factors. Who has one already must show it to add or remove another. */
@Injectable()
export class SecondFactorsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: StepUpRepository,
    private readonly secrets: FactorSecrets,
    private readonly credentials: Credentials,
    private readonly webauthn: WebAuthnAdapter,
    private readonly clock: Clock,
  ) {}

  list(): Promise<SecondFactor[]> {
    return this.uow.run(async () => (await this.repository.factors()).map(toSecondFactor));
  }

  /** Begins an enrolment, which counts when it is confirmed. Throws step_up_required. */
  async enrol({ kind }: EnrolRequest): Promise<Enrolment> {
    const { userId, sessionId } = stepUpCaller();
    const id = uuidv7();
    const secret = randomBytes(SECRET_BYTES);
    const sealed = kind === 'totp' ? await this.secrets.seal(id, secret.toString('base64url')) : null;
    return this.uow.run(async () => {
      const factors = await this.repository.factors();
      if (factors.length > 0) assertSteppedUp('second_factors');
      await this.repository.begin(id, userId, kind, sealed);
      if (kind === 'totp') return { id, kind, otpauth_uri: otpauthUri(secret), options: null };
      const known = await this.credentials.of(factors);
      const options = await this.webauthn.registrationOptions(
        userId,
        known.map((credential) => credential.id),
      );
      const now = this.clock.now();
      const expires_at = new Date(now.getTime() + ENROLMENT_MS);
      const challenge = { user_id: userId, session_id: sessionId, answer: options.challenge, expires_at };
      await this.repository.challenge({ id, kind: 'enrol', ...challenge }, now);
      return { id, kind, otpauth_uri: null, options };
    });
  }

  /** Throws not_found, step_up_required, or second_factor_invalid for a wrong code or answer. */
  async confirm(id: string, request: ConfirmRequest): Promise<Confirmed> {
    const { userId } = stepUpCaller();
    if ((request.code === undefined) === (request.credential === undefined))
      throw invalid([{ field: '', reason: 'exactly one of code and credential must be given' }]);
    return this.uow.run(async () => {
      if ((await this.repository.factors()).length > 0) assertSteppedUp('second_factors');
      const pending = await this.repository.pending(id);
      if (!pending) throw notFound();
      const outcome = await this.outcomeOf(pending, request);
      if (!outcome) throw new DomainError('second_factor_invalid');
      const factor = await this.repository.confirm(id, { ...outcome, at: this.clock.now() });
      if (!factor) throw notFound();
      return { factor: toSecondFactor(factor), recovery_codes: await this.firstRecoveryCodes(userId) };
    });
  }

  /** Throws not_found or step_up_required. */
  async remove(id: string): Promise<void> {
    const removed = await this.uow.run(() => this.repository.remove(id));
    if (!removed) throw notFound();
  }

  private outcomeOf(pending: FactorRow, { code, credential }: ConfirmRequest): Promise<Outcome | null> {
    if (pending.kind === 'totp') return this.totpOutcome(pending, code ?? '');
    return this.credentialOutcome(pending, credential);
  }

  private async totpOutcome(pending: FactorRow, code: string): Promise<Outcome | null> {
    const secret = Buffer.from(await this.secrets.open(pending), 'base64url');
    const lastStep = code ? acceptedStep(secret, code, this.clock.now(), 0) : null;
    if (lastStep === null) return null;
    return {
      secret: pending.wrapped_secret,
      credentialIndex: null,
      deviceBound: false,
      signCount: 0,
      lastStep,
    };
  }

  private async credentialOutcome(
    { id }: FactorRow,
    credential: ConfirmRequest['credential'],
  ): Promise<Outcome | null> {
    const { sessionId } = stepUpCaller();
    const challenge = await this.repository.take(id, 'enrol', sessionId, this.clock.now());
    const made = credential && challenge ? await this.webauthn.register(credential, challenge) : null;
    if (!made) return null;
    const { deviceBound, signCount } = made;
    const secret = await this.secrets.seal(id, JSON.stringify([made.id, made.publicKey]));
    const credentialIndex = this.secrets.hash('credential', made.id);
    return { secret, credentialIndex, deviceBound, signCount, lastStep: 0 };
  }

  private async firstRecoveryCodes(userId: string): Promise<string[]> {
    if (await this.repository.hasRecoveryCodes()) return [];
    const codes = this.secrets.newRecoveryCodes();
    await this.repository.insertRecoveryCodes(
      userId,
      codes.map((code) => this.secrets.hash('recovery', userId, code)),
    );
    return codes;
  }
}

const toSecondFactor = (row: FactorRow): SecondFactor => ({
  id: row.id,
  kind: row.kind,
  device_bound: row.device_bound,
  created_at: row.created_at.toISOString(),
  last_used_at: row.last_used_at?.toISOString() ?? null,
});
