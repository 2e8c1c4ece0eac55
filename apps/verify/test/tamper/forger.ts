import { generateKeyPairSync } from 'node:crypto';
import { canonicalJson, growTree, leafHash, rootOf, signCheckpoint } from '@restartix/crypto';
import type { Client } from 'pg';
import type { Line } from '../../src/verdict';

/** An entry of a log as it was recorded. */
export interface Entry {
  eventId: string;
  event: Line;
}

/** The logs as they were recorded, by organization. */
export type Logs = ReadonlyMap<number, readonly Entry[]>;

/** The attacker's own: he does not have the one that signs checkpoints. */
const { privateKey } = generateKeyPairSync('ed25519');

/** A superuser of the telemetry database who knows the whole schema and switches its triggers off. */
export class Forger {
  constructor(private readonly client: Client) {}

  /** Runs an attack and what is to be seen of it, then takes all of it back. */
  async undone<T>(work: () => Promise<T>): Promise<T> {
    await this.client.query('begin; set local session_replication_role = replica');
    try {
      return await work();
    } finally {
      await this.client.query('rollback');
    }
  }

  async run(text: string, values: unknown[] = []): Promise<void> {
    await this.client.query(text, values);
  }

  async deleteRows(eventIds: readonly string[]): Promise<void> {
    await this.run('delete from audit.audit_logs where event_id = any($1::uuid[])', [eventIds]);
  }

  /** Takes this month's rows away, as a dropped partition or chunk does: the same in both forms of the table. */
  async dropMonth(): Promise<void> {
    await this.run(`delete from audit.audit_logs where "timestamp" >= date_trunc('month', now(), 'UTC')`);
  }

  async insertRows(events: readonly Line[]): Promise<void> {
    await this.run(
      `insert into audit.audit_logs
       select * from jsonb_populate_recordset(null::audit.audit_logs, $1::jsonb)`,
      [JSON.stringify(events)],
    );
  }

  /** The rows of some events say something else from now on. */
  async rewriteRows(events: readonly Line[]): Promise<void> {
    await this.deleteRows(events.map((event) => String(event['event_id'])));
    await this.insertRows(events);
  }

  /** Writes leaves and nodes of a log anew, as if these events had been recorded from `from` on. */
  async relog(organizationId: number, events: readonly Line[], from = 0): Promise<void> {
    const leaves = events.map((event) => leafHash(canonicalJson(event)));
    const { nodes } = growTree(0, [], leaves);
    await this.run(
      `with gone as (delete from integrity.leaves where organization_id = $1 and leaf_index >= $2)
       delete from integrity.nodes where organization_id = $1 and (node_index + 1) << level > $2`,
      [organizationId, from],
    );
    await this.run(
      `insert into integrity.leaves (event_id, organization_id, leaf_index, leaf_hash)
       select event_id, $1, $2 + place - 1, decode(hash, 'hex')
       from unnest($3::uuid[], $4::text[]) with ordinality as leaf (event_id, hash, place)`,
      [
        organizationId,
        from,
        events.slice(from).map((event) => event['event_id']),
        leaves.slice(from).map((hash) => hash.toString('hex')),
      ],
    );
    const fresh = nodes.filter(({ level, index }) => (index + 1) * 2 ** level > from);
    await this.run(
      `insert into integrity.nodes (organization_id, level, node_index, node_hash)
       select $1, level, index, decode(hash, 'hex')
       from unnest($2::smallint[], $3::bigint[], $4::text[]) as node (level, index, hash)`,
      [
        organizationId,
        fresh.map(({ level }) => level),
        fresh.map(({ index }) => index),
        fresh.map(({ hash }) => hash.toString('hex')),
      ],
    );
  }

  /** Makes every checkpoint say the roots of these events, under the attacker's own key. */
  async resign(organizationId: number, events: readonly Line[]): Promise<void> {
    const { rows } = await this.client.query<{ size: number }>(
      'select size::int as size from integrity.checkpoints where organization_id = $1',
      [organizationId],
    );
    const leaves = events.map((event) => leafHash(canonicalJson(event)));
    for (const { size } of rows) {
      const root = rootOf(growTree(0, [], leaves.slice(0, size)).frontier);
      const note = signCheckpoint({ origin: `restartix/audit/${organizationId}`, size, root }, privateKey);
      await this.run(
        'update integrity.checkpoints set root = $3, note = $4 where organization_id = $1 and size = $2',
        [organizationId, size, root, note],
      );
    }
  }

  /** The log ends before a place: leaves, nodes and checkpoints behind it are gone. */
  async cut(organizationId: number, size: number): Promise<void> {
    for (const [table, condition] of [
      ['leaves', 'leaf_index >= $2'],
      ['nodes', '(node_index + 1) << level > $2'],
      ['checkpoints', 'size > $2'],
    ]) {
      await this.run(`delete from integrity.${table} where organization_id = $1 and ${condition}`, [
        organizationId,
        size,
      ]);
    }
  }
}
