import { spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { seeded } from '@restartix/testing';
import { faultsOf, type FaultTools } from '../src/chaos/faults';
import type { Outcome } from '../src/chaos/load';
import { SlowChannel } from '../src/chaos/slow-channel';
import { trailCounts, type TrailEvent } from '../src/chaos/trail';

const outcome = (requestId: string, more: Partial<Outcome> = {}): Outcome => ({
  requestId,
  status: 200,
  kind: 'view',
  patients: ['ana'],
  initialPatients: [],
  ...more,
});
const event = (request_id: string, more: Partial<TrailEvent> = {}): TrailEvent => ({
  request_id,
  action: 'view',
  resource_type: 'patient',
  patient_id: 'ana',
  versioned: false,
  ...more,
});

describe('what chaos counts', () => {
  it('is nothing when every acknowledged request has its events and any other all or none', () => {
    const outcomes = [
      outcome('crash-1'),
      outcome('crash-2', { status: null }),
      outcome('crash-3', { status: 503 }),
      outcome('crash-4', { status: 503, kind: 'create' }),
    ];
    const refusal = event('crash-4', { action: 'deny', resource_type: 'patient' });
    expect(trailCounts(outcomes, [event('crash-1'), event('crash-3'), refusal])).toEqual({
      acknowledged: 1,
      lost: 0,
      doubled: 0,
      half: 0,
    });
  });

  it.each([
    ['lost', [outcome('crash-1')], []],
    ['lost', [outcome('crash-1')], [event('crash-2')]],
    ['doubled', [outcome('crash-1')], [event('crash-1'), event('crash-1')]],
    [
      'half',
      [outcome('crash-1', { status: null, kind: 'create' })],
      [event('crash-1', { action: 'create' })],
    ],
  ])('finds one that is %s', (kind, outcomes, trail) => {
    expect(trailCounts(outcomes, trail)).toMatchObject({ [kind]: 1 });
  });
});

it('inflicts five kills each, frozen processes, a slow channel and, with the right to, a full disk', () => {
  const tools = { disk: null } as unknown as FaultTools;
  const names = (disk: object | null) =>
    faultsOf({ ...tools, disk: disk as FaultTools['disk'] }, seeded(1)).map(({ name }) => name);
  const count = (word: string) => names({}).filter((name) => name.startsWith(word)).length;
  expect(['SIGKILL', 'SIGSTOP', 'channel slow', 'telemetry disk full'].map(count)).toEqual([25, 4, 2, 2]);
  expect(names(null)).toHaveLength(31);
  expect(names(null)).toEqual(names(null));
});

describe('the slow channel', () => {
  let server: Server;
  const channel = new SlowChannel();
  let url: string;

  beforeAll(async () => {
    server = createServer((request, response) => void request.pipe(response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = await channel.before((server.address() as AddressInfo).port);
  });
  afterAll(() => {
    channel.close();
    server.close();
  });

  it('carries every byte, and makes each piece wait when it is told to', async () => {
    const body = 'x'.repeat(300_000);
    const post = async () => (await fetch(url, { method: 'POST', body })).text();
    expect(await post()).toBe(body);
    channel.delayMs = 300;
    const began = Date.now();
    expect(await fetch(url, { method: 'POST', body: 'x' }).then((answer) => answer.text())).toBe('x');
    expect(Date.now() - began).toBeGreaterThanOrEqual(600);
  });
});

describe('the small disk', () => {
  const namespace = ['--user', '--map-root-user', '--mount'];
  const mayMount = spawnSync('unshare', [...namespace, 'mount', '-t', 'tmpfs', 'tmpfs', '/tmp']).status === 0;
  const program = `
    const { SmallDisk } = require(${JSON.stringify(join(__dirname, '../../../dist/apps/lab/src/chaos/small-disk.js'))});
    const { mkdtempSync, writeFileSync } = require('node:fs');
    const folder = mkdtempSync('/tmp/small-disk-');
    const disk = SmallDisk.mount(folder, 8 * 1024 ** 2);
    const write = (name) => {
      try { writeFileSync(folder + '/' + name, Buffer.alloc(1024 ** 2)); return 'written'; } catch (error) { return error.code; }
    };
    (async () => {
      const said = [write('a')];
      await disk.fill();
      said.push(write('b'));
      disk.relieve();
      said.push(write('b'));
      disk.unmount();
      require('node:fs').rmdirSync(folder);
      console.log(said.join(' '));
    })();`;

  // eslint-disable-next-line no-restricted-syntax -- some systems refuse user namespaces: it is seen as skipped
  const whereAllowed = mayMount ? it : it.skip;

  whereAllowed('is full when it is told to be, and takes data again when it is not', () => {
    const { stdout, stderr } = spawnSync('unshare', [...namespace, process.execPath, '-e', program], {
      encoding: 'utf8',
    });
    expect([stdout.trim(), stderr]).toEqual(['written ENOSPC written', '']);
  });
});
