import type { AuditEvent } from '@restartix/contracts';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

const TABLE = `
  create schema if not exists bench;
  create table if not exists bench.raw (
    event_id uuid primary key, "timestamp" timestamptz(3) not null, organization_id int not null, user_id uuid,
    user_email text, user_role text not null, action text not null, resource_type text not null, resource_id text,
    patient_id uuid, ip_address inet, user_agent text, request_id text, success boolean not null, details jsonb not null
  );
  create index if not exists raw_time on bench.raw (organization_id, "timestamp" desc);`;

const CHUNK = 64 * 1024;

/** The reference of ingest: one connection that COPYs prebuilt lines of the same rows into a table with two indexes. */
export class RawCopy {
  private constructor(private readonly client: Client) {}

  static async open(connectionString: string): Promise<RawCopy> {
    const client = new Client({ connectionString, application_name: 'bench copy' });
    await client.connect();
    await client.query(TABLE);
    return new RawCopy(client);
  }

  /** Copies them into the emptied table. Answers the seconds until the commit; throws unless all are there. */
  async run(events: readonly AuditEvent[]): Promise<number> {
    await this.client.query('truncate bench.raw');
    const chunks = chunksOf(events.map(lineOf));
    const start = performance.now();
    const stream = this.client.query(copyFrom('copy bench.raw from stdin'));
    const done = new Promise<void>((resolve, reject) => {
      stream.once('finish', () => resolve()).once('error', reject);
    });
    for (const chunk of chunks) {
      if (!stream.write(chunk)) await new Promise((resolve) => stream.once('drain', resolve));
    }
    stream.end();
    await done;
    const seconds = (performance.now() - start) / 1000;
    const { rows } = await this.client.query<{ n: number }>('select count(*)::int as n from bench.raw');
    if (rows[0]?.n !== events.length) throw new Error(`COPY stored ${rows[0]?.n} of ${events.length} rows`);
    return seconds;
  }

  async close(): Promise<void> {
    await this.client.query('drop schema bench cascade');
    await this.client.end();
  }
}

const FIELDS = [
  'event_id',
  'timestamp',
  'organization_id',
  'user_id',
  'user_email',
  'user_role',
  'action',
  'resource_type',
  'resource_id',
  'patient_id',
  'ip_address',
  'user_agent',
  'request_id',
  'success',
  'details',
] as const satisfies (keyof AuditEvent)[];

/** None of the values holds a tab, a backslash or a line break. */
function lineOf(event: AuditEvent): string {
  const cells = FIELDS.map((name) => {
    const value = event[name];
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  });
  return `${cells.join('\t')}\n`;
}

function chunksOf(lines: readonly string[]): Buffer[] {
  const all = Buffer.from(lines.join(''));
  const chunks: Buffer[] = [];
  for (let at = 0; at < all.length; at += CHUNK) chunks.push(all.subarray(at, at + CHUNK));
  return chunks;
}
