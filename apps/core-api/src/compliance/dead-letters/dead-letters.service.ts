import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import { requireContext } from '@restartix/context';
import type {
  CursorMeta,
  DeadLetter,
  DeadLetterQuery,
  MendDeadLetterRequest,
  ReplayDeadLettersRequest,
  ReplayedDeadLetters,
} from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { forbidden, invalid, notFound } from '@restartix/errors';
import { mended, mendedFields } from './dead-letter.policy';
import { DeadLettersRepository, type DeadLetterRow } from './dead-letters.repository';

const RESOURCE = 'audit_dead_letter';
const REPLAY_MAX = 500;

/** The audit events of the caller's organization that the log refused: seen, mended and sent again by compliance. */
@Injectable()
export class DeadLettersService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly trail: AuditTrail,
    private readonly letters: DeadLettersRepository,
  ) {}

  /** A page of those nobody has sent again, newest first. */
  list({ page_size, cursor }: DeadLetterQuery): Promise<{ data: DeadLetter[]; meta: CursorMeta }> {
    return this.uow.run(async () => {
      const found = await this.letters.list(cursor ?? null, page_size + 1);
      const page = found.slice(0, page_size);
      const details = { shown: page.length };
      this.trail.record({ action: 'search', resourceType: RESOURCE, details });
      const next = found.length > page_size ? (page.at(-1)?.position ?? null) : null;
      return { data: page.map(shown), meta: { page_size, next_cursor: next } };
    });
  }

  /**
   * Puts a refused event right and marks it as mended; the original is kept. It is not sent before it is replayed.
   * Throws not_found, validation_error for an empty change.
   */
  mend(eventId: string, change: MendDeadLetterRequest): Promise<DeadLetter> {
    const fields = mendedFields(change);
    if (fields.length === 0) throw invalid([{ field: '', reason: 'at least one field must be given' }]);
    const by = caller();
    return this.uow.run(async () => {
      const letter = await this.letters.take(eventId);
      if (!letter) throw notFound();
      const at = new Date().toISOString();
      const event = mended(letter.event, change, { by, at, originalSha256: letter.original_sha256 });
      const row = await this.letters.mend(letter.position, event, by);
      this.trail.record({
        action: 'update',
        resourceType: RESOURCE,
        resourceId: eventId,
        details: { description: 'Mended a refused audit event', fields },
      });
      return shown(row);
    });
  }

  /** Sends refused events again, under their own ids: what the log already holds it keeps once. */
  replay({ event_ids }: ReplayDeadLettersRequest): Promise<ReplayedDeadLetters> {
    const by = caller();
    return this.uow.run(async () => {
      const ids = event_ids?.map((id) => id.toLowerCase()) ?? null;
      const replayed = await this.letters.replay(ids, by, REPLAY_MAX);
      this.trail.record({
        action: 'update',
        resourceType: RESOURCE,
        details: { description: 'Sent refused audit events again', replayed },
      });
      return { replayed };
    });
  }
}

function caller(): string {
  const userId = requireContext().actor?.userId;
  if (!userId) throw forbidden();
  return userId;
}

function shown({ event, reason, refused_at, mended_at, mended_by }: DeadLetterRow): DeadLetter {
  return {
    event_id: event.event_id,
    reason,
    refused_at: refused_at.toISOString(),
    timestamp: event.timestamp,
    action: event.action,
    resource_type: event.resource_type,
    resource_id: event.resource_id,
    patient_id: event.patient_id,
    user_id: event.user_id,
    user_role: event.user_role,
    details: Object.keys(event.details ?? {}).sort(),
    mended_at: mended_at?.toISOString() ?? null,
    mended_by,
  };
}
