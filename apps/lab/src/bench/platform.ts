import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Database } from '@restartix/database';
import { ChannelClient } from '@restartix/service-channel';
import type { DevelopmentKeys } from '@restartix/testing';
import { Lab } from '../lab';
import { KEYS_FILE } from '../state/demo';
import type { LabFile } from '../state/lab-file';
import { assertDurable } from './durability';

const PATIENCE_MS = 120_000;

/** The whole platform on durable stores of its own: both services, the relay on, two organizations. */
export class BenchPlatform {
  private constructor(
    /** Folder of everything; gone after stop(). */
    readonly dir: string,
    readonly lab: Lab,
    readonly facts: LabFile,
    /** Past every policy. */
    readonly main: Database,
    readonly telemetry: Database,
  ) {}

  static async start(): Promise<BenchPlatform> {
    const dir = mkdtempSync(join(tmpdir(), 'restartix-bench-'));
    const lab = new Lab({ dir, quiet: true });
    const facts = await lab.start();
    const { main, telemetry } = lab.superuserUrls;
    const [first, second] = [main, telemetry].map(
      (url) => new Database({ url, applicationName: 'bench', max: 1 }),
    ) as [Database, Database];
    const platform = new BenchPlatform(dir, lab, facts, first, second);
    for (const database of [first, second]) {
      await database.connect();
      await assertDurable(database);
    }
    return platform;
  }

  async stop(): Promise<void> {
    await Promise.allSettled([this.main.close(), this.telemetry.close()]);
    await this.lab.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** The private channel to telemetry-api, as core-api holds it. */
  channel(): ChannelClient {
    const keys = JSON.parse(readFileSync(join(this.dir, KEYS_FILE), 'utf8')) as DevelopmentKeys;
    const { telemetryApi: baseUrl } = this.facts;
    return new ChannelClient({ baseUrl, privateKey: keys.channel.privateKey, timeoutMs: 120_000 });
  }

  /** Resolves when every event is delivered. Throws when that takes too long. */
  async delivered(): Promise<void> {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const [row] = await this.main.query<{ depth: number }>(
        'select count(*)::int as depth from audit_outbox',
      );
      if (row?.depth === 0) return;
      if (Date.now() > until) throw new Error(`The outbox still holds ${row?.depth} events`);
      await sleep(200);
    }
  }

  /**
   * Throws unless every request of a prefix left exactly one event, and that one the view of a patient by a
   * specialist of the patient's organization.
   */
  async assertOneViewEach(prefix: string, requests: number): Promise<void> {
    await this.delivered();
    const [trail] = await this.telemetry.query<{ events: number; requests: number; views: number }>(
      `select count(*)::int as events, count(distinct request_id)::int as requests,
              (count(*) filter (where action = 'view' and resource_type = 'patient' and success
                                  and user_role = 'specialist' and patient_id is not null))::int as views
         from audit.audit_logs where request_id like $1 || '-%'`,
      [prefix],
    );
    const right = trail?.events === requests && trail.requests === requests && trail.views === requests;
    if (!right) throw new Error(`${requests} requests left ${JSON.stringify(trail)} in the trail`);
    const [dead] = await this.main.query<{ n: number }>('select count(*)::int as n from audit_dead_letters');
    if (dead?.n !== 0) throw new Error(`${dead?.n} events were refused by the audit store`);
  }
}
