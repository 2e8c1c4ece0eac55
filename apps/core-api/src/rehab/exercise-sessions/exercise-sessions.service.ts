import { Injectable } from '@nestjs/common';
import { requireContext } from '@restartix/context';
import type {
  EndExerciseSessionRequest,
  ExerciseSession,
  SessionToken,
  StartedExerciseSession,
  StartExerciseSessionRequest,
} from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { conflict, DomainError, forbidden, notFound } from '@restartix/errors';
import { v7 as uuidv7 } from 'uuid';
import { UsageService } from '../../operations/analytics-edge/usage.service';
import { ConsentsService } from '../../people/consents/consents.service';
import { ExerciseSessionsRepository, type ExerciseSessionRow } from './exercise-sessions.repository';
import { SessionTokensService } from './session-tokens.service';

/** An app hands in what it still holds for so long after a session has ended. */
const LATE_MS = 3_600_000;

/** Patients exercising at home: the record that they did, and the token their app sends video and pose data with. */
@Injectable()
export class ExerciseSessionsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sessions: ExerciseSessionsRepository,
    private readonly tokens: SessionTokensService,
    private readonly consents: ConsentsService,
    private readonly usage: UsageService,
  ) {}

  /** Opens a session of the caller. Throws forbidden for a login without a patient's record in the organization. */
  async start({ exercises_planned }: StartExerciseSessionRequest): Promise<StartedExerciseSession> {
    const { organizationId } = caller();
    const row = await this.uow.run(() =>
      this.sessions.start(uuidv7(), organizationId, exercises_planned ?? null),
    );
    if (!row) throw forbidden('This login has no patient record in the organization.');
    const telemetry = await this.mint(row.id);
    this.usage.record('exercise_session.started', row.id, { exercises_planned: row.exercises_planned });
    return { ...toSession(row), telemetry };
  }

  /** Another token. What is late may still be handed in for an hour after the end. Throws not_found, conflict. */
  async renew(id: string): Promise<SessionToken> {
    const row = await this.uow.run(() => this.sessions.find(id));
    if (!row) throw notFound();
    if (row.ended_at && Date.now() - Number(row.ended_at) > LATE_MS) throw conflict('The session has ended.');
    return this.mint(id);
  }

  /** Ends a session; ended the same way before, its count is corrected. Throws not_found, or conflict otherwise. */
  async end(id: string, request: EndExerciseSessionRequest): Promise<ExerciseSession> {
    const { outcome, exercises_completed: completed = null } = request;
    const row = await this.uow.run(async () => {
      const ended = await this.sessions.end(id, outcome, completed);
      if (ended) return ended;
      throw (await this.sessions.find(id)) ? conflict('The session has ended in another way.') : notFound();
    });
    if (row.is_new) {
      this.usage.record(`exercise_session.${outcome}`, `${id}/end`, {
        exercises_planned: row.exercises_planned,
        exercises_completed: row.exercises_completed,
        minutes: Math.round((Number(row.ended_at) - Number(row.started_at)) / 60_000),
      });
    }
    return toSession(row);
  }

  private async mint(sessionId: string): Promise<SessionToken> {
    const { userId, organizationId } = caller();
    const { level, policyVersion } = await this.consents.currentLevel();
    return this.tokens.mint({ userId, organizationId, sessionId, consentLevel: level, policyVersion });
  }
}

function caller(): { userId: string; organizationId: number } {
  const { actor, organizationId } = requireContext();
  if (organizationId === null || !actor?.userId) throw new DomainError('organization_required');
  return { userId: actor.userId, organizationId };
}

function toSession(row: ExerciseSessionRow): ExerciseSession {
  const { id, patient_id, outcome, exercises_planned, exercises_completed } = row;
  return {
    ...{ id, patient_id, outcome, exercises_planned, exercises_completed },
    started_at: row.started_at.toISOString(),
    ended_at: row.ended_at?.toISOString() ?? null,
  };
}
