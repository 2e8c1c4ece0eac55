import type { Client } from 'pg';
import type { DropClaim } from './lawful-drops';
import type { Line } from './verdict';

/** A leaf as the database has it. */
export interface StoredLeaf {
  index: number;
  eventId: string;
  hash: Buffer;
}

export interface NodePlace {
  level: number;
  index: number;
}

/** What a connection must do: a Client of pg, also one inside a transaction of the caller's. */
export type Connection = Pick<Client, 'query'>;

/** The event as its row says now: each column in the one form it was hashed in. */
const EVENT = `event_id::text as event_id,
  to_char("timestamp" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "timestamp",
  organization_id, user_id::text as user_id, user_email, user_role, action, resource_type, resource_id,
  patient_id::text as patient_id, abbrev(ip_address) as ip_address, user_agent, request_id, success, details`;

/** Leaf hashes read at a time. */
const HASHES = 10_000;

/** The audit log as the telemetry database stores it, read past the services by somebody who may read all of it. */
export class AuditStoreRepository {
  constructor(private readonly connection: Connection) {}

  /** Reads one state of a database that may be written meanwhile; nothing can be written through it. */
  static async read<T>(url: string, work: (store: AuditStoreRepository) => Promise<T>): Promise<T> {
    const { default: pg } = await import('pg'); // for who names a database: an export is checked without
    const client = new pg.Client({ connectionString: url, application_name: 'verify-audit' });
    client.on('error', () => undefined);
    await client.connect();
    try {
      await client.query('begin isolation level repeatable read read only');
      return await work(new AuditStoreRepository(client));
    } finally {
      await client.end();
    }
  }

  /** Organizations with a leaf or a checkpoint. */
  async organizations(): Promise<number[]> {
    const rows = await this.rows<{ id: number }>(
      `select organization_id as id from integrity.leaves
       union select organization_id from integrity.checkpoints order by 1`,
    );
    return rows.map(({ id }) => id);
  }

  notes(organizationId: number): Promise<{ size: number; note: string; root: Buffer }[]> {
    return this.rows(
      `select size::float8 as size, note, root from integrity.checkpoints where organization_id = $1 order by size`,
      [organizationId],
    );
  }

  /** Leaves from a place on, in order. */
  leaves(organizationId: number, from: number, limit: number): Promise<StoredLeaf[]> {
    return this.rows(
      `select leaf_index::float8 as index, event_id::text as "eventId", leaf_hash as hash
       from integrity.leaves where organization_id = $1 and leaf_index >= $2 order by leaf_index limit $3`,
      [organizationId, from, limit],
    );
  }

  /** The hashes of leaves from the first on, in order, up to a size; ends before the first one that is not there. */
  async *hashes(organizationId: number, size: number): AsyncGenerator<Buffer> {
    for (let next = 0; next < size;) {
      const page = await this.leaves(organizationId, next, Math.min(HASHES, size - next));
      for (const { index, hash } of page) {
        if (index !== next) return;
        yield hash;
        next += 1;
      }
      if (page.length === 0) return;
    }
  }

  /** The rows of events, whatever organization they say: none, one, or several that claim the same id. */
  async events(eventIds: readonly string[]): Promise<Map<string, Line[]>> {
    const rows = await this.rows<Line & { event_id: string }>(
      `select ${EVENT} from audit.audit_logs where event_id = any($1::uuid[])`,
      [eventIds],
    );
    const found = new Map<string, Line[]>();
    for (const row of rows) found.set(row.event_id, [...(found.get(row.event_id) ?? []), row]);
    return found;
  }

  /** Drops of partitions with events of the log, as the database says they were made. */
  async drops(organizationId: number): Promise<DropClaim[]> {
    const claims = await this.rows<Omit<DropClaim, 'rows'>>(
      `select said.event_id::text as "eventId", range_from as "from", range_to as "to", dropped_at as "droppedAt",
         leaf_hash as leaf
       from integrity.retention_drops said
       left join integrity.leaves leaf
         on leaf.event_id = said.event_id and leaf.organization_id = said.organization_id
       where said.organization_id = $1`,
      [organizationId],
    );
    const rows = await this.events(claims.map(({ eventId }) => eventId));
    return claims.map((claim) => ({ ...claim, rows: rows.get(claim.eventId) ?? [] }));
  }

  /** Hashes of inner nodes, in the order asked for; undefined for one that is not stored. */
  async nodes(organizationId: number, places: readonly NodePlace[]): Promise<(Buffer | undefined)[]> {
    const rows = await this.rows<{ at: number; hash: Buffer }>(
      `select wanted.at::int as at, node_hash as hash
       from unnest($2::smallint[], $3::bigint[]) with ordinality as wanted (level, index, at)
       join integrity.nodes node
         on node.organization_id = $1 and node.level = wanted.level and node.node_index = wanted.index`,
      [organizationId, places.map(({ level }) => level), places.map(({ index }) => index)],
    );
    const found = new Map(rows.map(({ at, hash }) => [at, hash]));
    return places.map((_, at) => found.get(at + 1));
  }

  /** Rows whose event is in no log. */
  strays(): Promise<{ event_id: string; organization_id: number }[]> {
    return this.rows(
      `select event_id::text as event_id, organization_id from audit.audit_logs entry
       where not exists (select from integrity.leaves leaf where leaf.event_id = entry.event_id) order by 2, 1`,
    );
  }

  private async rows<R extends object>(text: string, values: unknown[] = []): Promise<R[]> {
    return (await this.connection.query<R>(text, values)).rows;
  }
}
