import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { markOf, workspaceRoot } from '@restartix/embedded';
import { CHILDREN, type LabFile } from '../src/state/lab-file';

const PROGRAMS = join(workspaceRoot(), 'dist/apps/lab/src');
const PATIENTS = 12;

describe('the lab, as a process', () => {
  const dir = mkdtempSync(join(tmpdir(), 'restartix-lab-'));
  const labFile = join(dir, 'lab.json');
  let lab: ChildProcess;

  const run = (program: string, ...args: string[]) =>
    spawn(process.execPath, [join(PROGRAMS, program), '--dir', dir, ...args], { stdio: 'pipe' });
  const read = (): LabFile => JSON.parse(readFileSync(labFile, 'utf8')) as LabFile;

  /** lab.json once it is there, ready, and as wanted. */
  async function whenReady(wanted: (file: LabFile) => boolean = () => true): Promise<LabFile> {
    for (;;) {
      if (lab.exitCode !== null) throw new Error(`The lab ended with ${lab.exitCode}`);
      if (existsSync(labFile)) {
        const file = read();
        if (file.ready && wanted(file)) return file;
      }
      await sleep(20);
    }
  }

  async function start(...args: string[]): Promise<LabFile> {
    lab = run('main.js', '--patients', String(PATIENTS), ...args);
    lab.stdout!.resume();
    lab.stderr!.pipe(process.stderr);
    return whenReady();
  }

  const ended = (child: ChildProcess) =>
    new Promise<number | null>((resolve) => void child.once('exit', resolve));

  async function answer(
    program: string,
    ...args: string[]
  ): Promise<{ code: number | null; out: string; err: string }> {
    const child = run(program, ...args);
    const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended(child)]);
    return { code, out, err };
  }

  const patientsSeen = async (file: LabFile, token: string): Promise<Response> =>
    fetch(`${file.coreApi}/v1/patients?page_size=100`, { headers: { authorization: `Bearer ${token}` } });

  beforeAll(() => start(), 120_000);

  afterAll(async () => {
    if (lab.exitCode === null && lab.signalCode === null) {
      lab.kill('SIGTERM');
      await ended(lab);
    }
    rmSync(dir, { recursive: true, force: true });
  }, 60_000);

  it('tells where everything is, for its owner only', () => {
    const file = read();
    expect(statSync(labFile).mode & 0o777).toBe(0o600);
    expect(Object.keys(file).sort()).toEqual(
      [
        ...[
          'ready',
          'coreApi',
          'telemetryApi',
          'databaseUrl',
          'telemetryDatabaseUrl',
          'telemetrySuperuserUrl',
        ],
        ...[
          'clickhouseUrl',
          'redisUrl',
          'auditCopy',
          'auditPublicKey',
          'organizations',
          'superadminToken',
          'processes',
          'metrics',
        ],
      ].sort(),
    );
    expect(Object.keys(file.processes).sort()).toEqual([...CHILDREN].sort());
    expect(file.organizations.map(({ patients }) => patients.length)).toEqual([PATIENTS, PATIENTS]);
    for (const { tokens } of file.organizations) {
      expect(Object.keys(tokens).sort()).toEqual([
        'assistant',
        'compliance',
        'org_admin',
        'patient',
        'specialist',
      ]);
    }
  });

  it('gives each specialist a token that opens exactly the ten patients in care', async () => {
    const file = read();
    for (const { tokens, patients } of file.organizations) {
      const { data } = (await (await patientsSeen(file, tokens.specialist)).json()) as {
        data: { id: string }[];
      };
      expect(data.map(({ id }) => id).sort()).toEqual(patients.slice(0, 10).sort());
    }
  });

  it('mints another token, for the person and the time that are asked for', async () => {
    const { out } = await answer(
      'token.js',
      '--organization',
      '2',
      '--role',
      'compliance',
      '--expires',
      '60',
    );
    const claims = JSON.parse(Buffer.from(out.split('.')[1]!, 'base64url').toString()) as Record<
      string,
      number
    >;
    expect(claims.exp! - claims.iat!).toBe(60);
    const trail = await fetch(`${read().coreApi}/v1/audit-logs`, {
      headers: { authorization: `Bearer ${out.trim()}` },
    });
    expect(trail.status).toBe(200);
    const refused = await answer('token.js', '--organization', '3', '--role', 'compliance');
    expect([refused.code, refused.out]).toEqual([1, '']);
    expect(refused.err).toContain('--organization is missing or unknown');
  });

  it('refuses to start twice in one folder, in one plain sentence', async () => {
    const { code, err } = await answer('main.js');
    expect(code).toBe(1);
    expect(err).toBe(
      `The lab already runs here (process ${lab.pid}); stop it with Ctrl-C in its terminal, or: kill ${lab.pid}\n`,
    );
  });

  it.each(CHILDREN)('brings a killed %s back at the same address', async (name) => {
    const before = read();
    process.kill(before.processes[name], 'SIGKILL');
    const after = await whenReady(({ processes }) => processes[name] !== before.processes[name]);
    expect({ ...after, processes: {} }).toEqual({ ...before, processes: {} });
    expect({ ...after.processes, [name]: 0 }).toEqual({ ...before.processes, [name]: 0 });
    expect((await patientsSeen(after, after.organizations[0]!.tokens.specialist)).status).toBe(200);
  });

  it('recovers when it was killed itself, with the data and at the same addresses', async () => {
    const before = read();
    const gone = ended(lab);
    lab.kill('SIGKILL');
    await gone;
    rmSync(labFile);
    const after = await start();
    expect(after.coreApi).toBe(before.coreApi);
    expect(after.organizations.map(({ patients }) => patients)).toEqual(
      before.organizations.map(({ patients }) => patients),
    );
    for (const { tokens } of [...before.organizations, ...after.organizations]) {
      expect((await patientsSeen(after, tokens.specialist)).status).toBe(200);
    }
    for (const pid of Object.values(before.processes)) expect(markOf(pid)).toBeUndefined();
  }, 60_000);

  it('ends every child when it is asked to, and keeps the data', async () => {
    const { processes, organizations } = read();
    const code = ended(lab);
    lab.kill('SIGTERM');
    lab.kill('SIGINT'); // a terminal and npm both pass signals on
    await expect(code).resolves.toBe(0);
    for (const pid of Object.values(processes)) expect(markOf(pid)).toBeUndefined();
    expect(existsSync(labFile)).toBe(false);
    const again = await start();
    expect(again.organizations.map(({ patients }) => patients)).toEqual(
      organizations.map(({ patients }) => patients),
    );
  }, 60_000);

  it('begins anew with --fresh', async () => {
    const before = read();
    const gone = ended(lab);
    lab.kill('SIGTERM');
    await gone;
    const after = await start('--fresh');
    expect(after.organizations[0]!.patients).not.toEqual(before.organizations[0]!.patients);
    expect((await patientsSeen(after, before.organizations[0]!.tokens.specialist)).status).toBe(401);
  }, 120_000);
});
