import { Injectable } from '@nestjs/common';
import type { MerkleNode, NodeReader, NodeRef } from '@restartix/crypto';
import type { Sql } from '@restartix/database';
import { WriterDatabase } from '../platform/telemetry-databases';
import { LogFault } from './log-fault';

/** First half of an advisory lock's key; the second is the organization. */
const LOCKS = { seal: 1_635_083_381, fileCopy: 1_635_083_382, bucketCopy: 1_635_083_383 } as const;

/** What one instance at a time does to a log. */
export type LogWork = keyof typeof LOCKS;

/** A signed checkpoint as it is stored. */
export interface StoredCheckpoint {
  size: number;
  root: Buffer;
  note: string;
  sealedAt: Date;
}

interface CheckpointRow extends Omit<StoredCheckpoint, 'size' | 'sealedAt'> {
  size: string;
  sealed_at: Date;
}

const CHECKPOINT = 'select size, root, note, sealed_at from integrity.checkpoints';

const checkpointOf = ({ size, sealed_at, ...row }: CheckpointRow): StoredCheckpoint => ({
  ...row,
  size: Number(size),
  sealedAt: sealed_at,
});

const keyOf = ({ level, index }: NodeRef): string => `${level}/${index}`;

/** The sealed part of every organization's log: nodes and checkpoints. */
@Injectable()
export class TreeRepository {
  constructor(private readonly database: WriterDatabase) {}

  /** Runs work in one transaction. */
  write<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.database.transaction({}, work);
  }

  /** Organizations whose log is longer than its newest checkpoint. Steps from one to the next by the index. */
  async unsealed(): Promise<number[]> {
    const rows = await this.database.query<{ id: number }>(
      `with recursive organization as (
         (select organization_id as id from integrity.leaves order by organization_id limit 1)
         union all
         select (select organization_id from integrity.leaves where organization_id > id
                 order by organization_id limit 1)
         from organization where id is not null)
       select id from organization where id is not null and
         (select leaf_index + 1 from integrity.leaves where organization_id = id
          order by leaf_index desc limit 1)
         > coalesce((select size from integrity.checkpoints where organization_id = id
                     order by size desc limit 1), 0)
       order by id`,
    );
    return rows.map(({ id }) => id);
  }

  /** The newest checkpoint's size of every log that has one. */
  async sealed(): Promise<{ organizationId: number; size: number }[]> {
    const rows = await this.database.query<{ id: number; size: string }>(
      `with recursive organization as (
         (select organization_id as id from integrity.checkpoints order by organization_id limit 1)
         union all
         select (select organization_id from integrity.checkpoints where organization_id > id
                 order by organization_id limit 1)
         from organization where id is not null)
       select id, (select size from integrity.checkpoints where organization_id = id
                   order by size desc limit 1) as size
       from organization where id is not null order by id`,
    );
    return rows.map(({ id, size }) => ({ organizationId: id, size: Number(size) }));
  }

  /** Takes the sealing or copying of a log until the transaction ends; false when another instance is at it. */
  async lock(sql: Sql, organizationId: number, work: LogWork): Promise<boolean> {
    const [row] = await sql.query<{ taken: boolean }>(
      'select pg_try_advisory_xact_lock($1::int, $2::int) as taken',
      [LOCKS[work], organizationId],
    );
    return row?.taken ?? false;
  }

  /** The newest checkpoint; null before the first. */
  async newest(organizationId: number, sql: Sql = this.database): Promise<StoredCheckpoint | null> {
    const [row] = await sql.query<CheckpointRow>(
      `${CHECKPOINT} where organization_id = $1 order by size desc limit 1`,
      [organizationId],
    );
    return row ? checkpointOf(row) : null;
  }

  /** The checkpoint at a size; null when there is none. */
  async at(organizationId: number, size: number): Promise<StoredCheckpoint | null> {
    const [row] = await this.database.query<CheckpointRow>(
      `${CHECKPOINT} where organization_id = $1 and size = $2`,
      [organizationId, size],
    );
    return row ? checkpointOf(row) : null;
  }

  /** Up to `limit` checkpoints of a smaller size, newest first. */
  async before(organizationId: number, size: number | null, limit: number): Promise<StoredCheckpoint[]> {
    const rows = await this.database.query<CheckpointRow>(
      `${CHECKPOINT} where organization_id = $1 and ($2::bigint is null or size < $2)
       order by size desc limit $3`,
      [organizationId, size, limit],
    );
    return rows.map(checkpointOf);
  }

  /** Checkpoints of a size after `from` up to `to`, smallest first. */
  async within(organizationId: number, from: number, to: number): Promise<StoredCheckpoint[]> {
    const rows = await this.database.query<CheckpointRow>(
      `${CHECKPOINT} where organization_id = $1 and size > $2 and size <= $3 order by size`,
      [organizationId, from, to],
    );
    return rows.map(checkpointOf);
  }

  /** Up to `limit` leaves from a place on, in order. */
  leaves(
    organizationId: number,
    from: number,
    limit: number,
    sql: Sql = this.database,
  ): Promise<{ event_id: string; leaf_index: string; leaf_hash: Buffer }[]> {
    return sql.query(
      `select event_id, leaf_index, leaf_hash from integrity.leaves
       where organization_id = $1 and leaf_index >= $2 order by leaf_index limit $3`,
      [organizationId, from, limit],
    );
  }

  /** Reads full nodes at once. The reader throws for one that is not stored. */
  async nodes(
    organizationId: number,
    refs: readonly NodeRef[],
    sql: Sql = this.database,
  ): Promise<NodeReader> {
    const rows = await sql.query<{ level: number; index: string; hash: Buffer }>(
      `select 0 as level, leaf_index as index, leaf_hash as hash from integrity.leaves
       where organization_id = $1 and leaf_index = any($2::bigint[])
       union all
       select node.level, node.node_index, node.node_hash
       from unnest($3::smallint[], $4::bigint[]) as wanted (level, index)
       join integrity.nodes node
         on node.organization_id = $1 and node.level = wanted.level and node.node_index = wanted.index`,
      [
        organizationId,
        refs.filter(({ level }) => level === 0).map(({ index }) => index),
        refs.filter(({ level }) => level > 0).map(({ level }) => level),
        refs.filter(({ level }) => level > 0).map(({ index }) => index),
      ],
    );
    const found = new Map(
      rows.map(({ level, index, hash }) => [keyOf({ level, index: Number(index) }), hash]),
    );
    return (node) => {
      const hash = found.get(keyOf(node));
      if (!hash) throw new LogFault(`Node ${keyOf(node)} of log ${organizationId} is missing`);
      return hash;
    };
  }

  async addNodes(sql: Sql, organizationId: number, nodes: readonly MerkleNode[]): Promise<void> {
    await sql.query(
      `insert into integrity.nodes (organization_id, level, node_index, node_hash)
       select $1, level, index, decode(hash, 'hex')
       from unnest($2::smallint[], $3::bigint[], $4::text[]) as node (level, index, hash)`,
      [
        organizationId,
        nodes.map(({ level }) => level),
        nodes.map(({ index }) => index),
        nodes.map(({ hash }) => hash.toString('hex')),
      ],
    );
  }

  async addCheckpoint(
    sql: Sql,
    organizationId: number,
    { size, root, note }: Omit<StoredCheckpoint, 'sealedAt'>,
  ): Promise<void> {
    await sql.query(
      'insert into integrity.checkpoints (organization_id, size, root, note) values ($1, $2, $3, $4)',
      [organizationId, size, root, note],
    );
  }
}
