import { createPublicKey } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnalyticsBatch, AnalyticsIngestResponse } from '@restartix/contracts';
import { sealBox } from '@restartix/crypto';
import { cityDatabase, MaxmindLab } from '@restartix/vendor-lab';
import { v7 as uuidv7 } from 'uuid';
import { TABLES } from '../src/pipeline/stamp';
import { Telemetry, type Instance } from './telemetry';

export const NOW = new Date(Date.now() - 60_000).toISOString();
export const ago = (ms: number) => new Date(Date.parse(NOW) - ms).toISOString();

export const batch = (fields: Partial<AnalyticsBatch>): AnalyticsBatch => ({
  organization_id: 1,
  user_id: uuidv7(),
  consent_level: 3,
  consent_policy_version: '2026-01',
  client_address: '192.0.2.77',
  user_agent: 'Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Safari/604.1',
  received_at: NOW,
  session_id: uuidv7(),
  events: [],
  ...fields,
});
export const media = (event: string, at: number, data: object = {}, media_id = MEDIA) => ({
  event_id: uuidv7(),
  event,
  media_id,
  timestamp: new Date(Date.parse(NOW) + at).toISOString(),
  data,
});
export const MEDIA = '019a0000-0000-7000-8000-0000000000aa';
export const error = (fields: object = {}) => ({
  event_id: uuidv7(),
  kind: 'video',
  code: 'MEDIA_ERR_NETWORK',
  severity: 'error',
  component: 'player',
  http_status: 0,
  app_version: '4.2',
  connection_type: 'wifi',
  session_id: uuidv7(),
  timestamp: NOW,
  ...fields,
});
export const pose = (batch_seq: number, values: number[] = [0.5, 0.25]) => ({
  batch_seq,
  started_at: NOW,
  landmark_count: 1,
  value_count: values.length,
  offsets_ms: [0],
  landmarks: Buffer.from(Float32Array.from(values).buffer).toString('base64'),
});
export const usage = (fields: object = {}) => ({
  event_id: uuidv7(),
  name: 'screen.opened',
  properties: {},
  timestamp: NOW,
  ...fields,
});
export const apiMetric = (durations_ms: number[], fields: object = {}) => ({
  event_id: uuidv7(),
  minute: `${NOW.slice(0, 16)}:00.000Z`,
  method: 'GET',
  route: '/v1/patients/:id',
  status: 200,
  durations_ms,
  ...fields,
});
export const staffMetric = (user_id: string) => ({
  event_id: uuidv7(),
  minute: `${NOW.slice(0, 16)}:00.000Z`,
  user_id,
  role: 'specialist',
  activity: 'GET /v1/patients/:id',
  uses: 2,
  failures: 1,
  duration_ms: 12.5,
});

/** telemetry-api with a geo database and excluded networks fetched from the emulator of their provider. */
export class AnalyticsKit {
  private constructor(
    readonly telemetry: Telemetry,
    readonly instance: Instance,
    readonly lab: MaxmindLab,
    private readonly dir: string,
  ) {}

  static async start(): Promise<AnalyticsKit> {
    const dir = mkdtempSync(join(tmpdir(), 'telemetry-'));
    const lab = await MaxmindLab.start({
      account: '1234',
      license: 'license',
      database: cityDatabase(),
      exclusions: ['198.51.100.16/31', '203.0.113.7/32', '2001:db8:1:2::/64'],
    });
    const telemetry = await Telemetry.create();
    const instance = await telemetry.start({
      GEOIP_DATABASE_PATH: join(dir, 'city.mmdb'),
      MAXMIND_ACCOUNT_ID: '1234',
      MAXMIND_LICENSE_KEY: 'license',
      MAXMIND_DOWNLOAD_URL: lab.downloadUrl,
      MAXMIND_API_URL: lab.url,
    });
    await instance.channel.post('/internal/v1/geo/update', {});
    return new AnalyticsKit(telemetry, instance, lab, dir);
  }

  async stop(): Promise<void> {
    await this.telemetry.stop();
    await this.lab.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** Empties every table and rollup. */
  async empty(): Promise<void> {
    for (const table of [...TABLES, 'analytics_events_daily', 'error_events_daily'])
      await this.telemetry.clickhouse.command({ query: `truncate table ${table}` });
  }

  async send(batches: AnalyticsBatch[]): Promise<AnalyticsIngestResponse['results']> {
    const key = createPublicKey(this.telemetry.keys.analytics.publicKey);
    const body = { batches: batches.map((content) => sealBox(key, JSON.stringify(content))) };
    return (await this.ask<AnalyticsIngestResponse>('analytics-batches', body)).results;
  }

  /** Rows as they are after folding. */
  async rows<R = Record<string, unknown>>(table: string): Promise<R[]> {
    const answer = await this.telemetry.clickhouse.query({
      query: `select * from ${table} final`,
      format: 'JSONEachRow',
    });
    return answer.json<R>();
  }

  ask<T>(question: string, body: object): Promise<T> {
    return this.instance.channel.post<T>(`/internal/v1/${question}`, body);
  }
}
