import { Injectable } from '@nestjs/common';
import type {
  AuditPosition,
  SecurityAlert,
  SecurityAlertsRequest,
  SecurityEvent,
  SecurityEventsRequest,
} from '@restartix/contracts';
import type { Sql } from '@restartix/database';
import { v7 as uuidv7 } from 'uuid';
import { ReaderDatabase, WriterDatabase } from '../platform/telemetry-databases';
import type { AuditFacts, Judgement, Rule } from './security-event.policy';

/** What is read of an entry of the log. */
export interface AuditRow extends AuditFacts {
  event_id: string;
  organization_id: number;
  timestamp: Date;
  ip_address: string | null;
  request_id: string | null;
  resource_type: string;
}

export type JudgedEvent = AuditRow & Judgement;

/** Who went past a rule, with how many events since when. */
export interface Breach {
  subject: string;
  user_id: string | null;
  total: number;
  fresh: number;
  first: Date;
  last: Date;
}

const EVENT = `event_id, occurred_at, kind, severity, user_id, host(ip_address) as ip_address, request_id,
  details ->> 'reason' as reason, details ->> 'resource_type' as resource_type, (details ->> 'count')::int as count`;
const ALERT = `alert_id as id, rule, severity, status, subject, event_count, first_event_at, last_event_at, raised_at,
  acknowledged_at, acknowledged_by, resolved_at`;
/** Column of a rule's subject, the subject as text, and the user it is. */
const SUBJECTS = {
  user: { column: 'user_id', text: `'user:' || who::text`, user: 'who' },
  address: { column: 'ip_address', text: `'address:' || host(who)`, user: 'null::uuid' },
} as const;

type Dated<T> = { [K in keyof T]: K extends `${string}_at` ? Date : T[K] };

@Injectable()
export class SecurityRepository {
  constructor(
    private readonly writer: WriterDatabase,
    private readonly reader: ReaderDatabase,
  ) {}

  async add(sql: Sql, events: readonly JudgedEvent[]): Promise<void> {
    const rows = events.map(({ reason, resource_type, count, ...event }) => ({
      event_id: event.event_id,
      organization_id: event.organization_id,
      timestamp: event.timestamp,
      kind: event.kind,
      severity: event.severity,
      user_id: event.user_id,
      ip_address: event.ip_address,
      request_id: event.request_id,
      details: { reason, resource_type, count },
    }));
    await sql.query(
      `insert into security.security_events
         (event_id, organization_id, occurred_at, kind, severity, user_id, ip_address, request_id, details)
       select event_id, organization_id, "timestamp", kind, severity, user_id, ip_address, request_id, details
       from json_to_recordset($1::json) as event (event_id uuid, organization_id int, "timestamp" timestamptz,
         kind text, severity text, user_id uuid, ip_address inet, request_id text, details jsonb)
       on conflict (event_id) do nothing`,
      [JSON.stringify(rows)],
    );
  }

  /** Subjects of the given fresh events that are past a rule in the window that ends with their latest event. */
  breaches(
    sql: Sql,
    organizationId: number,
    eventIds: readonly string[],
    rule: Rule,
    minutes: number,
  ): Promise<Breach[]> {
    const { column, text, user } = SUBJECTS[rule.subject];
    return sql.query(
      `with fresh as (
         select ${column} as who, max(occurred_at) as last, sum((details ->> 'count')::int)::int as fresh
         from security.security_events
         where event_id = any($2::uuid[]) and kind = any($3) and ${column} is not null group by 1)
       select ${text} as subject, ${user} as user_id, seen.total, fresh.fresh, seen.first, fresh.last
       from fresh cross join lateral (
         select sum((event.details ->> 'count')::int)::int as total, min(event.occurred_at) as first
         from security.security_events event
         where event.organization_id = $1 and event.${column} = who and event.kind = any($3)
           and event.occurred_at > fresh.last - make_interval(mins => $4) and event.occurred_at <= fresh.last) seen
       where seen.total >= $5`,
      [organizationId, eventIds, rule.kinds, minutes, rule.count],
    );
  }

  /** Opens an alert, or adds to the one that is not resolved yet. */
  async raise(sql: Sql, organizationId: number, rule: Rule, breach: Breach): Promise<void> {
    await sql.query(
      `insert into security.security_alerts as alert (alert_id, organization_id, rule, severity, subject,
         subject_user_id, event_count, first_event_at, last_event_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       on conflict (organization_id, rule, subject) where status <> 'resolved' do update
         set event_count = alert.event_count + $10,
             last_event_at = greatest(alert.last_event_at, excluded.last_event_at)`,
      [
        ...[uuidv7(), organizationId, rule.name, rule.severity, breach.subject, breach.user_id],
        ...[breach.total, breach.first, breach.last, breach.fresh],
      ],
    );
  }

  /** Resolves alerts that have been quiet for so long; answers how many are still open. */
  async settle(sql: Sql, organizationId: number, quietMinutes: number): Promise<number> {
    await sql.query(
      `update security.security_alerts set status = 'resolved', resolved_at = now()
       where organization_id = $1 and status <> 'resolved'
         and greatest(last_event_at, raised_at) < now() - make_interval(mins => $2)`,
      [organizationId, quietMinutes],
    );
    const [row] = await sql.query<{ open: number }>(
      `select count(*)::int as open from security.security_alerts where organization_id = $1 and status = 'open'`,
      [organizationId],
    );
    return row?.open ?? 0;
  }

  /** Newest first, older than the position. */
  events(request: SecurityEventsRequest, limit: number): Promise<Dated<SecurityEvent>[]> {
    const { kind = null, user_id = null, from = null, to = null } = request.filters;
    return this.asOrganization(
      request.organization_id,
      `select ${EVENT} from security.organization_security_events
       where ($1::text is null or kind = $1) and ($2::uuid is null or user_id = $2)
         and ($3::timestamptz is null or occurred_at >= $3) and ($4::timestamptz is null or occurred_at < $4)
         and ($5::timestamptz is null or (occurred_at, event_id) < ($5, $6::uuid))
       order by occurred_at desc, event_id desc limit $7`,
      [kind, user_id, from, to, ...placed(request.before), limit],
    );
  }

  /** Newest first, older than the position. */
  alerts(request: SecurityAlertsRequest, limit: number): Promise<Dated<SecurityAlert>[]> {
    return this.asOrganization(
      request.organization_id,
      `select ${ALERT} from security.organization_security_alerts
       where ($1::text is null or status = $1)
         and ($2::timestamptz is null or (raised_at, alert_id) < ($2, $3::uuid))
       order by raised_at desc, alert_id desc limit $4`,
      [request.filters.status ?? null, ...placed(request.before), limit],
    );
  }

  async alert(organizationId: number, id: string): Promise<Dated<SecurityAlert> | undefined> {
    const [row] = await this.asOrganization<Dated<SecurityAlert>>(
      organizationId,
      `select ${ALERT} from security.organization_security_alerts where alert_id = $1`,
      [id],
    );
    return row;
  }

  /** An open alert becomes acknowledged; any other stays as it is. */
  async acknowledge(organizationId: number, id: string, userId: string): Promise<void> {
    await this.writer.query(
      `update security.security_alerts set status = 'acknowledged', acknowledged_at = now(), acknowledged_by = $3
       where organization_id = $1 and alert_id = $2 and status = 'open'`,
      [organizationId, id, userId],
    );
  }

  private asOrganization<R extends object>(
    organizationId: number,
    text: string,
    values: unknown[],
  ): Promise<R[]> {
    return this.reader.transaction({ 'app.current_org_id': String(organizationId) }, (sql) =>
      sql.query<R>(text, values),
    );
  }
}

const placed = (before: AuditPosition | null) => [before?.timestamp ?? null, before?.event_id ?? null];
