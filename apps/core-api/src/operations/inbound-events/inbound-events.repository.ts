import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@restartix/database';

export interface InboundEventRow {
  vendor: string;
  vendor_event_id: string;
  type: string;
  /** The thing it is about, such as "user/user_1". */
  subject: string;
  occurred_at: Date;
  /** Envelope. */
  payload: string;
}

export type ClaimedEvent = InboundEventRow & { attempts: number };

export type Outcome = 'done' | 'outdated' | 'ignored' | 'failed';

@Injectable()
export class InboundEventsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** False when it was taken in before. */
  async insert(event: InboundEventRow): Promise<boolean> {
    const rows = await this.uow.sql.query(
      `insert into inbound_events (vendor, vendor_event_id, type, subject, occurred_at, payload)
       values ($1, $2, $3, $4, $5, $6) on conflict (vendor, vendor_event_id) do nothing returning 1 as taken`,
      [event.vendor, event.vendor_event_id, event.type, event.subject, event.occurred_at, event.payload],
    );
    return rows.length > 0;
  }

  /** The next that is due, held until the unit ends: no other process works on it meanwhile. */
  async claim(): Promise<ClaimedEvent | undefined> {
    const [row] = await this.uow.sql.query<ClaimedEvent>(
      `select vendor, vendor_event_id, type, subject, occurred_at, payload, attempts from inbound_events
        where outcome is null and due_at <= now() order by due_at limit 1 for update skip locked`,
    );
    return row;
  }

  /** Two events about one thing are worked on one after the other. */
  async lockSubject({ vendor, subject }: InboundEventRow): Promise<void> {
    await this.uow.sql.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `${vendor} ${subject}`,
    ]);
  }

  /** Whether something newer about the same thing was done already. */
  async isOutdated({ vendor, subject, occurred_at }: InboundEventRow): Promise<boolean> {
    const rows = await this.uow.sql.query(
      `select 1 from inbound_events
        where vendor = $1 and subject = $2 and occurred_at > $3 and outcome = 'done' limit 1`,
      [vendor, subject, occurred_at],
    );
    return rows.length > 0;
  }

  async finish({ vendor, vendor_event_id }: InboundEventRow, outcome: Outcome): Promise<void> {
    await this.uow.sql.query(
      'update inbound_events set outcome = $3 where vendor = $1 and vendor_event_id = $2',
      [vendor, vendor_event_id, outcome],
    );
  }

  /** Those that were worked on, for better or worse. */
  async removeFinished(receivedBefore: Date): Promise<void> {
    await this.uow.sql.query('delete from inbound_events where outcome is not null and received_at < $1', [
      receivedBefore,
    ]);
  }

  async postpone({ vendor, vendor_event_id }: InboundEventRow, seconds: number): Promise<void> {
    await this.uow.sql.query(
      `update inbound_events set attempts = attempts + 1, due_at = now() + make_interval(secs => $3)
        where vendor = $1 and vendor_event_id = $2`,
      [vendor, vendor_event_id, seconds],
    );
  }
}
