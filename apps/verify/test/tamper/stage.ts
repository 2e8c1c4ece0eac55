import { createPublicKey, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPlatform, type Platform } from '@restartix/testing';
import { Client } from 'pg';
import { AuditStoreRepository } from '../../src/audit-store.repository';
import { Copy } from '../../src/copy';
import { Findings, verifyCopies, verifyDatabase, type ProvenCopies } from '../../src/database-verifier';
import type { LogFinding, LogVerdict } from '../../src/log-finding';
import type { Entry, Logs } from './forger';

/** What the verifier said: every bad entry, and the last line. */
export interface Judgement {
  findings: LogFinding[];
  verdict: LogVerdict;
}

interface Terms {
  /** Whether the copy is at hand. */
  copied?: boolean;
  droppedBefore?: string | null;
}

interface Checkpoint {
  organization_id: number;
  size: number;
  sealed_at: Date;
}

/** A platform whose audit logs are sealed and copied, and a superuser of their database. */
export class Stage {
  readonly pinned: KeyObject[];
  readonly copy: Copy;
  /** Of a settled log: nobody in the database can reach it, so it is checked once. */
  private proven?: ProvenCopies;

  private constructor(
    readonly platform: Platform,
    /** Folder of the copy. */
    readonly folder: string,
    readonly superuser: Client,
  ) {
    this.pinned = [createPublicKey(platform.auditPublicKey)];
    this.copy = new Copy(folder);
  }

  static async set(): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), 'audit-copy-'));
    const platform = await startPlatform({ environment: { telemetryApi: { AUDIT_COPY_PATH: folder } } });
    const superuser = new Client({ connectionString: platform.urls.telemetry.superuserUrl });
    await superuser.connect();
    return new Stage(platform, folder, superuser);
  }

  async clear(): Promise<void> {
    await this.superuser.end();
    await this.platform.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Ends the services once everything is delivered, sealed and copied. */
  async settle(): Promise<void> {
    const main = await this.platform.superuser('main');
    const waiting = async () => (await main.query('select from audit_outbox limit 1')).length > 0;
    while (await waiting()) await pause();
    await main.close();
    await this.platform.kill('coreApi', 'SIGTERM');
    while (!(await this.isCopied())) await pause();
    await this.platform.kill('telemetryApi', 'SIGTERM');
    const findings = new Findings();
    this.proven = await verifyCopies(this.copy, this.pinned, findings.report);
    if (!findings.verdict([]).ok) throw new Error('The copy is not sound');
  }

  /** Copy first, then the database as the connection sees it: also what its open transaction has changed. */
  async judge(settled: boolean, { copied = true, droppedBefore = null }: Terms = {}): Promise<Judgement> {
    const findings: LogFinding[] = [];
    const counting = new Findings((finding) => findings.push(finding));
    const copy = copied ? this.copy : null;
    const proven = this.proven ?? (await verifyCopies(this.copy, this.pinned, counting.report));
    const states = await verifyDatabase(
      new AuditStoreRepository(this.superuser),
      copy,
      copy ? proven : new Map(),
      this.pinned,
      { settled, droppedBefore },
      counting.report,
    );
    return { findings, verdict: counting.verdict(states) };
  }

  /** The logs as their copy has them. */
  async logs(): Promise<Logs> {
    const logs = new Map<number, Entry[]>();
    for (const id of await this.copy.organizations()) {
      const log: Entry[] = [];
      for await (const { eventId, event } of this.copy.leaves(id, Infinity)) {
        if (event) log.push({ eventId, event });
      }
      logs.set(id, log);
    }
    return logs;
  }

  /** Sizes of all logs at each moment at which one of them was sealed, the oldest first; without the last. */
  async backups(): Promise<Map<number, number>[]> {
    const checkpoints = await this.checkpoints();
    return checkpoints
      .slice(0, -1)
      .map(
        (_, at) =>
          new Map(checkpoints.slice(0, at + 1).map(({ organization_id, size }) => [organization_id, size])),
      );
  }

  private async isCopied(): Promise<boolean> {
    const sizes = new Map(
      (await this.checkpoints()).map(({ organization_id, size }) => [organization_id, size]),
    );
    const leaves = await this.superuser.query<{ id: number; size: number }>(
      'select organization_id as id, count(*)::int as size from integrity.leaves group by 1',
    );
    return leaves.rows.every(({ id, size }) => sizes.get(id) === size && this.lastCopied(id) === size);
  }

  private lastCopied(organizationId: number): number {
    try {
      const path = join(this.folder, String(organizationId), 'checkpoints.ndjson');
      const last = readFileSync(path, 'utf8').trim().split('\n').at(-1) ?? '';
      return (JSON.parse(last) as { size: number }).size;
    } catch {
      return 0;
    }
  }

  private async checkpoints(): Promise<Checkpoint[]> {
    const found = await this.superuser.query<Checkpoint>(
      `select organization_id, size::int as size, sealed_at from integrity.checkpoints order by sealed_at, size`,
    );
    return found.rows;
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 50));
