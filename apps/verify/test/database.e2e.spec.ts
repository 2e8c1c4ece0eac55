import { execFile } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Copy } from '../src/copy';
import type { LogVerdict } from '../src/log-finding';
import type { Line, Verdict } from '../src/verdict';
import { Forger, type Entry } from './tamper/forger';
import { Stage } from './tamper/stage';

const PROGRAM = join(__dirname, '../../../dist/apps/verify/src/main.js');
const PLACE = 4;

/** The stored log and its copy, asked by the built command and by hand. */
describe('a settled log', () => {
  let stage: Stage;
  let forger: Forger;
  let key: string;
  let log: readonly Entry[];
  let organizationId: number;

  beforeAll(async () => {
    stage = await Stage.set();
    await stage.settle();
    forger = new Forger(stage.superuser);
    organizationId = stage.platform.organizations[0]!.id;
    log = (await stage.logs()).get(organizationId) ?? [];
    key = join(stage.folder, 'key.pem');
    writeFileSync(key, stage.platform.auditPublicKey);
  }, 120_000);
  afterAll(() => stage?.clear());

  const ask = (...options: string[]) =>
    new Promise<{ code: number; lines: Line[]; complaint: string }>((resolve) => {
      const child = execFile(
        process.execPath,
        [PROGRAM, ...options, '--public-key', key],
        (_, stdout, stderr) => {
          const lines = stdout.split('\n').filter(Boolean);
          resolve({
            code: child.exitCode ?? -1,
            lines: lines.map((line) => JSON.parse(line) as Line),
            complaint: stderr,
          });
        },
      );
    });
  const database = () => ['--database', stage.platform.urls.telemetry.superuserUrl, '--settled'];
  const copied = (path = stage.folder) => ['--copy', path];

  it('is sound: copy and database say the same of every organization', async () => {
    const { code, lines } = await ask(...database(), ...copied());
    const { ok, logs } = lines.at(-1) as unknown as LogVerdict;
    expect([code, lines.length, ok]).toEqual([0, 1, true]);
    expect(logs.map(({ organization_id }) => organization_id)).toEqual([0, 1, 2]);
    for (const { copied: outside, stored } of logs) expect([outside > 0, stored]).toEqual([true, outside]);
  });

  it('names an edited row by its event and its fields, and leaves the other organization in peace', async () => {
    const { eventId, event } = log[PLACE] as Entry;
    const write = async (row: Line) => {
      await stage.superuser.query("set session_replication_role = 'replica'");
      await forger.rewriteRows([row]);
      await stage.superuser.query('reset session_replication_role');
    };
    await write({ ...event, success: event['success'] !== true });
    const { code, lines } = await ask(...database(), ...copied());
    await write(event);
    const finding = {
      ...{ where: 'database', organization_id: organizationId, fault: 'event' },
      ...{ leaf_index: PLACE, event_id: eventId, fields: ['success'] },
    };
    expect([code, lines[0], lines[1]]).toMatchObject([1, finding, { ok: false, faults: 1, first: finding }]);
    expect((await ask(...database(), ...copied())).code).toBe(0);
  });

  it('without a copy gives the range between two checkpoints that the rewritten entry is in', async () => {
    const events = log.map((entry) => entry.event);
    events[PLACE] = { ...events[PLACE], user_agent: 'another' };
    const { findings } = await forger.undone(async () => {
      await forger.rewriteRows([events[PLACE] as Line]);
      await forger.relog(organizationId, events, PLACE);
      return stage.judge(true, { copied: false });
    });
    expect(findings).toHaveLength(1);
    const [{ fault, organization_id, leaves }] = findings as [(typeof findings)[number]];
    const [from = 0, to = 0] = leaves ?? [];
    expect([fault, organization_id]).toEqual(['root', organizationId]);
    expect([from <= PLACE, PLACE < to]).toEqual([true, true]);
    expect((await stage.judge(true, { copied: false })).findings).toEqual([]);
  });

  it('proves the events of a dropped partition from the copy, and asks for those that were not to go', async () => {
    const { rows } = await stage.superuser.query<{ until: Date }>(
      `select date_trunc('month', now(), 'UTC') + interval '1 month' as until`,
    );
    await forger.undone(async () => {
      await forger.dropMonth();
      const droppedBefore = rows[0]!.until.toISOString();
      const { verdict } = await stage.judge(true, { droppedBefore });
      expect([verdict.ok, verdict.logs[1]?.dropped]).toEqual([true, log.length]);
      expect((await stage.judge(true, { droppedBefore, copied: false })).verdict.ok).toBe(true);
      const early = { droppedBefore: '2020-01-01T00:00:00Z' };
      expect((await stage.judge(true, early)).findings.filter(({ fault }) => fault === 'event').length).toBe(
        verdict.logs.reduce((sum, { dropped }) => sum + dropped, 0),
      );
    });
    expect((await ask(...copied())).code).toBe(0);
  });

  it('believes no drop that the log does not tell of', async () => {
    await forger.undone(async () => {
      await forger.dropMonth();
      await forger.run(
        `insert into integrity.retention_drops
           (event_id, partition_name, range_from, range_to, organization_id, events, patients, dropped_at)
         select event_id, 'forged', now() - interval '1 day', now() + interval '1 day', organization_id, 1, 1,
           now() + interval '7 years'
         from integrity.leaves where leaf_index = 0`,
      );
      const { findings } = await stage.judge(true);
      const events = findings.filter(({ fault }) => fault === 'event');
      expect(events.filter(({ organization_id }) => organization_id === organizationId)).toHaveLength(
        log.length,
      );
    });
  });

  it('finds a changed copy, and does not hold the database against it', async () => {
    const other = `${stage.folder}-other`;
    cpSync(stage.folder, other, { recursive: true });
    const path = join(other, String(organizationId), 'leaves-000000000000.ndjson');
    const lines = readFileSync(path, 'utf8').split('\n');
    lines[PLACE] = lines[PLACE]!.replace(/"leaf_hash":"[0-9a-f]{64}"/, `"leaf_hash":"${'0'.repeat(64)}"`);
    writeFileSync(path, lines.join('\n'));
    const answer = await ask(...database(), ...copied(other));
    rmSync(other, { recursive: true });
    expect(answer.code).toBe(1);
    expect(answer.lines.slice(0, -1).map(({ where }) => where)).toEqual(['copy', 'copy']);
    expect(answer.lines[0]).toMatchObject({ fault: 'event', event_id: log[PLACE]!.eventId });
    expect(answer.lines[1]).toMatchObject({ fault: 'root' });
  });

  describe('and two notes of it', () => {
    const note = (name: string, text: string) => {
      const path = join(stage.folder, name);
      writeFileSync(path, text);
      return path;
    };
    const pair = async () => {
      const notes = await new Copy(stage.folder).notes(organizationId);
      return [note('old.note', notes[0]!.note), note('new.note', notes.at(-1)!.note)] as const;
    };

    it('go on from one another by the copy or the database', async () => {
      const [earlier, later] = await pair();
      for (const evidence of [copied(), database()]) {
        const { code, lines } = await ask('--consistency', earlier, later, ...evidence);
        expect([code, lines[0]]).toMatchObject([0, { ok: true, size: log.length }]);
      }
    });

    it('tell by themselves of a log that was cut, and say what is missing to tell more', async () => {
      const [earlier, later] = await pair();
      const cut = await ask('--consistency', later, earlier);
      expect([cut.code, (cut.lines[0] as unknown as Verdict).ok]).toEqual([1, false]);
      expect((await ask('--consistency', earlier, earlier)).code).toBe(0);
      const bare = await ask('--consistency', earlier, later);
      expect(bare.code).toBe(2);
      expect(bare.complaint).toContain(`consistency?from=`);
    });

    it('do not go on from one another when a leaf was rewritten', async () => {
      const [earlier, later] = await pair();
      const other = `${stage.folder}-other`;
      cpSync(stage.folder, other, { recursive: true });
      const [leaves] = readdirSync(join(other, String(organizationId))).filter((name) =>
        name.startsWith('leaves'),
      );
      const path = join(other, String(organizationId), leaves!);
      writeFileSync(
        path,
        readFileSync(path, 'utf8').replace(/"leaf_hash":"[0-9a-f]{64}"/, `"leaf_hash":"${'0'.repeat(64)}"`),
      );
      const { code, lines } = await ask('--consistency', earlier, later, ...copied(other));
      rmSync(other, { recursive: true });
      expect([code, lines[0]]).toMatchObject([1, { ok: false, fault: 'proof' }]);
    });
  });

  it('is not looked at when nothing to hold it against is given', async () => {
    const { code, complaint } = await ask();
    expect([code, complaint]).toEqual([2, expect.stringContaining('npm run verify-audit -- --database URL')]);
  });
});
