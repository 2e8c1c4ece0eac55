import { Injectable } from '@nestjs/common';
import type { AuditPosition, AuditSearchRequest } from '@restartix/contracts';
import type { Statement } from '@restartix/database';
import { termOf } from '../platform/event-time';
import { ReaderDatabase, WriterDatabase } from '../platform/telemetry-databases';
import type { AuditLogRow, StoredRow } from './audit-log.row';

const COLUMNS = `event_id, "timestamp", organization_id, user_id, user_email, user_role, action, resource_type,
  resource_id, patient_id, ip_address, user_agent, request_id, success, details`;

const RECORD = `(event_id uuid, "timestamp" timestamptz, organization_id int, user_id uuid, user_email text,
  user_role text, action text, resource_type text, resource_id text, patient_id uuid, ip_address inet,
  user_agent text, request_id text, success boolean, details jsonb)`;

/** Newest first: the view orders, see its migration. */
const VIEW = `select ${COLUMNS}, leaf_index, leaf_hash from audit.organization_audit_logs`;

const BY_IDS = `select ${COLUMNS} from audit.audit_logs where event_id = any($1::uuid[])`;
const WITHIN = ' and "timestamp" >= $2 and "timestamp" < $3';

type Filters = AuditSearchRequest['filters'];

/** Filter → its condition; `?` stands for its value. */
const CONDITIONS: Readonly<Record<keyof Filters, string>> = {
  user_id: 'user_id = ?::uuid',
  patient_id: 'patient_id = ?::uuid',
  resource_type: 'resource_type = ?',
  resource_id: 'resource_id = ?',
  action: 'action = ?',
  success: 'success = ?',
  request_id: 'request_id = ?',
  from: '"timestamp" >= ?::timestamptz',
  to: '"timestamp" < ?::timestamptz',
};

/** The audit log. Writing runs in the caller's transaction; reading is bound to one organization by the database. */
@Injectable()
export class AuditLogRepository {
  constructor(
    private readonly writer: WriterDatabase,
    private readonly reader: ReaderDatabase,
  ) {}

  /** Writes in one transaction and one message. */
  write(statements: Statement[]): Promise<void> {
    return this.writer.transaction(
      {},
      () => Promise.resolve(),
      () => statements,
    );
  }

  /** Inserts events given as their canonical texts: the row is made from the very bytes that were hashed. */
  adding(canonicalEvents: readonly string[]): Statement {
    return {
      text: `insert into audit.audit_logs (${COLUMNS}) select ${COLUMNS} from json_to_recordset($1::json) as event ${RECORD}`,
      values: [`[${canonicalEvents.join(',')}]`],
    };
  }

  /** Up to `limit` entries of the organization, newest first, older than the position. */
  search(
    organizationId: number,
    filters: Filters,
    before: AuditPosition | null,
    limit: number,
  ): Promise<AuditLogRow[]> {
    const values: unknown[] = [];
    const bind = (condition: string, ...bound: unknown[]): string =>
      condition.replaceAll('?', () => `$${values.push(bound.shift())}`);
    const conditions = (Object.keys(CONDITIONS) as (keyof Filters)[])
      .filter((name) => filters[name] !== undefined)
      .map((name) => bind(CONDITIONS[name], filters[name]));
    if (before) {
      conditions.push(
        bind('("timestamp", event_id) < (?::timestamptz, ?::uuid)', before.timestamp, before.event_id),
      );
    }
    const where = conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
    const limited = bind('limit ?', limit);
    return this.asOrganization(organizationId, `${VIEW} ${where} ${limited}`, values);
  }

  /** The organization's entry of this id; undefined when it has none. */
  async find(organizationId: number, eventId: string): Promise<AuditLogRow | undefined> {
    const byId = `${VIEW} where event_id = $1`;
    const term = termOf([eventId]);
    const [near] = term
      ? await this.asOrganization(organizationId, `${byId}${WITHIN}`, [eventId, term.from, term.to])
      : [];
    return near ?? (await this.asOrganization(organizationId, byId, [eventId]))[0];
  }

  /**
   * Entries by their ids, of whatever organization, as they are stored. First in the time that the ids tell, which
   * spares every other partition and all that is stored in columns; then, if an event has a time of its own, everywhere.
   */
  async stored(eventIds: readonly string[]): Promise<StoredRow[]> {
    const term = termOf(eventIds);
    const rows = term
      ? await this.writer.query<StoredRow>(`${BY_IDS}${WITHIN}`, [eventIds, term.from, term.to])
      : [];
    const found = new Set(rows.map(({ event_id }) => event_id));
    const others = eventIds.filter((id) => !found.has(id));
    return others.length === 0 ? rows : [...rows, ...(await this.everywhere(others))];
  }

  /** The same wherever they stand, more than one of an id if there are: whoever checks the log looks everywhere. */
  everywhere(eventIds: readonly string[]): Promise<StoredRow[]> {
    return this.writer.query(BY_IDS, [eventIds]);
  }

  private asOrganization(organizationId: number, text: string, values: unknown[]): Promise<AuditLogRow[]> {
    return this.reader.single({ 'app.current_org_id': String(organizationId) }, { text, values });
  }
}
