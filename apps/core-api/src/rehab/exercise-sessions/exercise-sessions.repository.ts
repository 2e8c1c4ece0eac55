import { Injectable } from '@nestjs/common';
import type { ExerciseSession, ExerciseSessionOutcome } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';

/** A row, its times as the database gives them. */
export type ExerciseSessionRow = Omit<ExerciseSession, 'started_at' | 'ended_at'> & {
  started_at: Date;
  ended_at: Date | null;
};

const COLUMNS = 'id, patient_id, started_at, ended_at, outcome, exercises_planned, exercises_completed';

@Injectable()
export class ExerciseSessionsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** A new session of the caller's own record; undefined when the caller has none in the organization. */
  async start(
    id: string,
    organizationId: number,
    planned: number | null,
  ): Promise<ExerciseSessionRow | undefined> {
    const [row] = await this.uow.sql.query<ExerciseSessionRow>(
      `insert into exercise_sessions (organization_id, id, patient_id, exercises_planned)
       select $2, $1, patient_id, $3 from (select current_app_patient_id() as patient_id) own
        where patient_id is not null
       returning ${COLUMNS}`,
      [id, organizationId, planned],
    );
    return row;
  }

  /** The caller's own session. */
  async find(id: string): Promise<ExerciseSessionRow | undefined> {
    const [row] = await this.uow.sql.query<ExerciseSessionRow>(
      `select ${COLUMNS} from exercise_sessions where id = $1 and patient_id = (select current_app_patient_id())`,
      [id],
    );
    return row;
  }

  /**
   * Ends a session, or corrects one that ended the same way; undefined when it ended in another way, is not there or
   * not the caller's. `is_new` tells the first end from a correction.
   */
  async end(
    id: string,
    outcome: ExerciseSessionOutcome,
    completed: number | null,
  ): Promise<(ExerciseSessionRow & { is_new: boolean }) | undefined> {
    const [row] = await this.uow.sql.query<ExerciseSessionRow & { is_new: boolean }>(
      `update exercise_sessions
          set ended_at = coalesce(ended_at, now()), outcome = $2,
              exercises_completed = coalesce($3, exercises_completed)
        where id = $1 and (outcome is null or outcome = $2)
          and patient_id = (select current_app_patient_id())
       returning ${COLUMNS}, ended_at = now() as is_new`,
      [id, outcome, completed],
    );
    return row;
  }
}
