import { Injectable } from '@nestjs/common';
import type { OrganizationDelivery } from '@restartix/contracts';
import type { Sql } from '@restartix/database';
import { MainDatabases } from '../../platform/main-databases';

/** An event that waits for delivery. */
export interface WaitingEvent {
  position: string;
  /** JSON text of the event but for the actor's address: it is passed on as it was written, never parsed here. */
  event: string;
  userId: string | null;
  /** The actor's address as an envelope. */
  sealedAddress: string | null;
  /** Seconds since it was written. */
  age: number;
}

/** What is on its way to the audit store, of one organization or of all. */
export interface Backlog {
  depth: number;
  oldestSeconds: number;
}

/** More waiting events are not counted one by one. */
const COUNT_MAX = 100_000;

export interface RefusedEvent {
  position: string;
  reason: string;
}

/** The outbox as its relay sees it. */
@Injectable()
export class OutboxRepository {
  constructor(private readonly databases: MainDatabases) {}

  /**
   * Locks up to `limit` waiting events, hands them to `deliver`, and takes out those it answered for; a refused one
   * goes to the dead letters. When `deliver` throws, everything stays. Rows stay locked meanwhile, so any number of
   * relays share the work. Answers how many events were taken.
   */
  async drain(limit: number, deliver: (waiting: WaitingEvent[]) => Promise<RefusedEvent[]>): Promise<number> {
    return this.databases.relay.transaction({}, async (sql) => {
      const waiting = await sql.query<WaitingEvent>(
        `select position, (event - 'user_email')::text as event, event ->> 'user_id' as "userId",
                event ->> 'user_email' as "sealedAddress",
                extract(epoch from clock_timestamp() - created_at)::float8 as age
           from audit_outbox order by position limit $1 for update skip locked`,
        [limit],
      );
      if (waiting.length === 0) return 0;
      const refused = await deliver(waiting);
      if (refused.length > 0) await this.bury(sql, refused);
      await sql.query('delete from audit_outbox where position = any($1::bigint[])', [
        waiting.map(({ position }) => position),
      ]);
      return waiting.length;
    });
  }

  /** How many events wait (at most 100,000 are counted), and how old the oldest is; of one organization or of all. */
  async backlog(organizationId: number | null = null): Promise<Backlog> {
    const [row] = await this.databases.relay.query<{ depth: number; oldest: number }>(
      `select count(*)::int as depth, coalesce(extract(epoch from now() - min(created_at)), 0)::int as oldest
         from (select created_at from audit_outbox where $1::int is null or organization_id = $1
               order by position limit $2) as waiting`,
      [organizationId, COUNT_MAX],
    );
    return { depth: row?.depth ?? 0, oldestSeconds: Math.max(0, row?.oldest ?? 0) };
  }

  /** Refused events nobody has sent again, of one organization or of all. */
  async deadLetters(organizationId: number | null = null): Promise<number> {
    const [row] = await this.databases.relay.query<{ open: number }>(
      `select count(*)::int as open from audit_dead_letters
        where replayed_at is null and ($1::int is null or organization_id = $1)`,
      [organizationId],
    );
    return row?.open ?? 0;
  }

  /** Organizations with an event that waits (of the oldest 100,000 of all) or was refused. */
  byOrganization(): Promise<OrganizationDelivery[]> {
    return this.databases.relay.query<OrganizationDelivery>(
      `select organization_id, coalesce(o.waiting, 0) as waiting, coalesce(o.oldest_seconds, 0) as oldest_seconds,
              coalesce(l.dead_letters, 0) as dead_letters
         from (select organization_id, count(*)::int as waiting,
                      greatest(0, extract(epoch from now() - min(created_at)))::int as oldest_seconds
                 from (select organization_id, created_at from audit_outbox order by position limit $1) as oldest
                group by organization_id) as o
         full join (select organization_id, count(*)::int as dead_letters
                      from audit_dead_letters where replayed_at is null group by organization_id) as l
              using (organization_id)
        order by organization_id`,
      [COUNT_MAX],
    );
  }

  private async bury(sql: Sql, refused: RefusedEvent[]): Promise<void> {
    await sql.query(
      `insert into audit_dead_letters (position, organization_id, event, created_at, reason)
       select o.position, o.organization_id, o.event, o.created_at, r.reason
         from jsonb_to_recordset($1::jsonb) as r (position bigint, reason text)
         join audit_outbox o on o.position = r.position`,
      [JSON.stringify(refused)],
    );
  }
}
