import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPlatform, type Platform } from '@restartix/testing';
import type { Verdict } from '../src/verdict';

const PROGRAM = join(__dirname, '../../../dist/apps/verify/src/main.js');
const PLACE = 4;

/** The built verifier over what core-api hands out, while a superuser of the database does what he likes. */
describe('an export of a running platform', () => {
  let platform: Platform;
  let folder: string;

  beforeAll(async () => {
    platform = await startPlatform();
    folder = mkdtempSync(join(tmpdir(), 'verify-audit-'));
    writeFileSync(join(folder, 'key.pem'), platform.auditPublicKey);
    await sealed();
  }, 120_000);

  afterAll(async () => {
    await platform?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = (index: number, path: string) =>
    fetch(`${platform.coreApi}/v1/audit-logs/${path}`, {
      headers: { authorization: `Bearer ${platform.organizations[index]!.tokens.compliance}` },
    });

  /** Both logs are longer than the places the attacks go to. */
  async function sealed(): Promise<void> {
    for (const index of [0, 1]) while ((await ask(index, `consistency?from=${PLACE + 4}`)).status !== 200);
  }

  async function judge(index: number): Promise<Verdict> {
    const answer = await ask(index, 'export?format=ndjson');
    const file = join(folder, `${index}.ndjson`);
    writeFileSync(file, await answer.text());
    const options = [PROGRAM, '--file', file, '--public-key', join(folder, 'key.pem')];
    return new Promise((resolve, reject) =>
      execFile(process.execPath, options, (error, stdout) =>
        stdout ? resolve(JSON.parse(stdout) as Verdict) : reject(error),
      ),
    );
  }

  it('is found sound in both organizations', async () => {
    for (const index of [0, 1]) expect(await judge(index)).toMatchObject({ ok: true });
  });

  /** Each runs past the triggers, is judged, and is rolled back by its opposite: rows are put back as they were. */
  const row = (place: number) =>
    `(select event_id from integrity.leaves where organization_id = $1 and leaf_index = ${place})`;
  it.each([
    ['an edited row', `update audit.audit_logs set success = not success where event_id = ${row(PLACE)}`],
    [
      'a back-dated row',
      `update audit.audit_logs set "timestamp" = "timestamp" - interval '1 second' where event_id = ${row(PLACE)}`,
    ],
    [
      'a row moved to another organization',
      `update audit.audit_logs set organization_id = organization_id + 1 where event_id = ${row(PLACE)}`,
    ],
    [
      'an edited row with its leaf and node rewritten',
      `with edited as (
         update integrity.leaves set leaf_hash = sha256(leaf_hash)
         where organization_id = $1 and leaf_index = ${PLACE} returning event_id)
       update integrity.nodes set node_hash = sha256(node_hash)
       where organization_id = $1 and level = 1 and node_index = ${PLACE / 2} and exists (select from edited)`,
    ],
    ['a deleted row', `delete from audit.audit_logs where event_id = ${row(PLACE)}`],
  ])('names %s, and the other organization stays sound', async (_, statement) => {
    const { id } = platform.organizations[0]!;
    const superuser = await platform.superuser('telemetry');
    const saved = ['audit.audit_logs', 'integrity.leaves', 'integrity.nodes'];
    try {
      const [{ event_id } = { event_id: '' }] = await superuser.query<{ event_id: string }>(
        `select event_id from integrity.leaves where organization_id = $1 and leaf_index = ${PLACE}`,
        [id],
      );
      const kept = await superuser.query<{ row: object }>(
        'select to_jsonb(entry) as row from audit.audit_logs entry where event_id = $1',
        [event_id],
      );
      const leaves = await superuser.query<{ hash: Buffer }>(
        `select leaf_hash as hash from integrity.leaves where event_id = $1`,
        [event_id],
      );
      const nodes = await superuser.query<{ hash: Buffer }>(
        `select node_hash as hash from integrity.nodes
         where organization_id = $1 and level = 1 and node_index = ${PLACE / 2}`,
        [id],
      );
      const past = { session_replication_role: 'replica' };
      await superuser.transaction(past, (sql) => sql.query(statement, statement.includes('$1') ? [id] : []));
      const verdict = await judge(0);
      const other = await judge(1);
      await superuser.transaction(past, async (sql) => {
        await sql.query(`delete from ${saved[0]} where event_id = $1`, [event_id]);
        await sql.query(
          `insert into ${saved[0]} select * from jsonb_populate_record(null::audit.audit_logs, $1::jsonb)`,
          [JSON.stringify(kept[0]!.row)],
        );
        await sql.query(`update ${saved[1]} set leaf_hash = $2 where event_id = $1`, [
          event_id,
          leaves[0]!.hash,
        ]);
        await sql.query(
          `update ${saved[2]} set node_hash = $2
           where organization_id = $1 and level = 1 and node_index = ${PLACE / 2}`,
          [id, nodes[0]!.hash],
        );
      });
      expect(verdict).toMatchObject({ ok: false, leaf_index: PLACE, event_id });
      expect(other).toMatchObject({ ok: true });
      expect(await judge(0)).toMatchObject({ ok: true });
    } finally {
      await superuser.close();
    }
  });
});
