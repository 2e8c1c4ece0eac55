import { Injectable } from '@nestjs/common';
import type { AuditEvent } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';

export interface DeadLetterRow {
  position: string;
  event: AuditEvent;
  reason: string;
  refused_at: Date;
  mended_at: Date | null;
  mended_by: string | null;
}

const COLUMNS = 'position, event, reason, refused_at, mended_at, mended_by';
/** Row-level security shows compliance the dead letters of their organization only. */
const OPEN = 'replayed_at is null';

@Injectable()
export class DeadLettersRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Open ones before a position, newest first. */
  list(before: number | null, limit: number): Promise<DeadLetterRow[]> {
    return this.uow.sql.query(
      `select ${COLUMNS} from audit_dead_letters
       where ${OPEN} and ($1::bigint is null or position < $1) order by position desc limit $2`,
      [before, limit],
    );
  }

  /** The open one of an event, locked until the unit ends, and the hash of the event as it was refused. */
  async take(eventId: string): Promise<(DeadLetterRow & { original_sha256: string }) | undefined> {
    const [row] = await this.uow.sql.query<DeadLetterRow & { original_sha256: string }>(
      `select ${COLUMNS},
         encode(sha256(convert_to(coalesce(original, event)::text, 'UTF8')), 'hex') as original_sha256
       from audit_dead_letters where ${OPEN} and event ->> 'event_id' = $1
       order by position desc limit 1 for update`,
      [eventId],
    );
    return row;
  }

  /** Keeps the original of the first mending. */
  async mend(position: string, event: AuditEvent, by: string): Promise<DeadLetterRow> {
    const [row] = await this.uow.sql.query<DeadLetterRow>(
      `update audit_dead_letters set original = coalesce(original, event), event = $2::jsonb,
         mended_at = now(), mended_by = $3
       where position = $1 returning ${COLUMNS}`,
      [position, JSON.stringify(event), by],
    );
    return row as DeadLetterRow;
  }

  /** Puts events back into the outbox under their own ids; answers how many. `eventIds` null: all that are open. */
  async replay(eventIds: readonly string[] | null, by: string, limit: number): Promise<number> {
    const [row] = await this.uow.sql.query<{ replayed: number }>(
      `with chosen as (
         select position from audit_dead_letters
         where ${OPEN} and ($1::text[] is null or event ->> 'event_id' = any($1))
         order by position limit $3 for update),
       marked as (
         update audit_dead_letters letter set replayed_at = now(), replayed_by = $2
         from chosen where letter.position = chosen.position
         returning letter.organization_id, letter.event, letter.position),
       sent as (
         insert into audit_outbox (organization_id, event)
         select organization_id, event from marked order by position)
       select count(*)::int as replayed from marked`,
      [eventIds, by, limit],
    );
    return row?.replayed ?? 0;
  }
}
