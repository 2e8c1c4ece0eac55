import { createPublicKey } from 'node:crypto';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditCheckpointsResponse, AuditConsistency } from '@restartix/contracts';
import {
  type Checkpoint,
  growTree,
  leafHash,
  openCheckpoint,
  rootOf,
  verifyConsistency,
} from '@restartix/crypto';
import { auditEvent, ingest } from './events';
import { Telemetry, type Instance } from './telemetry';

let telemetry: Telemetry;
let copy: string;
let instances: Instance[];

beforeAll(async () => {
  telemetry = await Telemetry.create();
  copy = mkdtempSync(join(tmpdir(), 'audit-copy-'));
  const environment = { AUDIT_COPY_PATH: copy };
  instances = [await telemetry.start(environment), await telemetry.start(environment)];
});
afterAll(async () => {
  await telemetry.stop();
  rmSync(copy, { recursive: true, force: true });
});

const one = () => instances[0] as Instance;
const pinned = () => [createPublicKey(telemetry.keys.audit.publicKey)];
const events = (count: number, organization_id: number) =>
  Array.from({ length: count }, () => auditEvent({ organization_id }));

const until = async (done: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 50));
};

const newest = async (organization: number) => {
  const [row] = await telemetry.sql<{ size: string; note: string }>(
    `select size, note from integrity.checkpoints where organization_id = $1 order by size desc limit 1`,
    [organization],
  );
  return row ? openCheckpoint(row.note, pinned()) : { origin: '', size: 0, root: Buffer.alloc(0) };
};

const leaves = async (organization: number) =>
  (
    await telemetry.sql<{ leaf_hash: Buffer }>(
      'select leaf_hash from integrity.leaves where organization_id = $1 order by leaf_index',
      [organization],
    )
  ).map(({ leaf_hash }) => leaf_hash);

const lines = <T>(organization: number, kind: string): T[] =>
  readdirSync(join(copy, String(organization)))
    .filter((name) => name.startsWith(kind))
    .flatMap((name) => readFileSync(join(copy, String(organization), name), 'utf8').split('\n'))
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as T];
      } catch {
        return [];
      }
    });

const copied = (organization: number, size: number) =>
  until(() => {
    try {
      return lines<{ size: number }>(organization, 'checkpoints').at(-1)?.size === size;
    } catch {
      return false;
    }
  });

/** As a superuser who knows the triggers. */
const tamper = async (statement: string) => {
  const client = await telemetry.superuser.connect();
  try {
    await client.query(`set session_replication_role = replica; ${statement}`);
  } finally {
    await client.query('reset session_replication_role');
    client.release();
  }
};

it('seals each organization’s log under a signed root of its very leaves, whichever instance takes them', async () => {
  for (let round = 0; round < 6; round += 1) {
    await Promise.all(
      instances.map((instance, which) => ingest(instance, [...events(7, 1), ...events(which + 1, 2)])),
    );
  }
  await until(async () => (await newest(1)).size === 84 && (await newest(2)).size === 18);
  for (const organization of [1, 2]) {
    const { size, root, origin } = await newest(organization);
    const tree = growTree(0, [], await leaves(organization));
    expect({ size, root, origin }).toEqual({
      size: tree.size,
      root: rootOf(tree.frontier),
      origin: `restartix/audit/${organization}`,
    });
    const stored = await telemetry.sql<{ count: string }>(
      'select count(*) from integrity.nodes where organization_id = $1',
      [organization],
    );
    expect(Number(stored[0]?.count)).toBe(tree.nodes.length);
  }
});

it('proves that every checkpoint goes on from the ones before it', async () => {
  await ingest(one(), events(5, 2));
  await until(async () => (await newest(2)).size === 23);
  const { checkpoints } = await one().channel.post<AuditCheckpointsResponse>(
    '/internal/v1/audit-proofs/checkpoints',
    { organization_id: 2, before: null, page_size: 100 },
  );
  expect(checkpoints.map(({ size }) => size)).toEqual(
    [...new Set(checkpoints.map(({ size }) => size))].sort((a, b) => b - a),
  );
  expect(checkpoints.length).toBeGreaterThan(1);
  for (const { size } of checkpoints) {
    const proof = await one().channel.post<AuditConsistency>('/internal/v1/audit-proofs/consistency', {
      organization_id: 2,
      from: size,
      to: null,
    });
    const [earlier, later] = [proof.from, proof.to].map(({ note }) =>
      openCheckpoint(note ?? '', pinned()),
    ) as [Checkpoint, Checkpoint];
    expect([earlier.size, later.size]).toEqual([size, 23]);
    expect(
      verifyConsistency(
        earlier,
        later,
        proof.hashes.map((hash) => Buffer.from(hash, 'hex')),
      ),
    ).toBe(true);
  }
});

it.each([
  ['a size beyond the log', { from: 1_000_000, to: null }, 'not_found'],
  ['the sizes the wrong way round', { from: 23, to: 18 }, 'validation_error'],
  ['a size below one', { from: 0, to: null }, 'validation_error'],
])('gives no proof for %s', async (_, sizes, code) => {
  await expect(
    one().channel.post('/internal/v1/audit-proofs/consistency', { organization_id: 2, ...sizes }),
  ).rejects.toMatchObject({ code: expect.stringMatching(code) });
});

it('keeps a copy outside of the database from which each leaf and event follows', async () => {
  const { size } = await newest(1);
  await copied(1, size);
  const hashes = lines<{ leaf_index: number; leaf_hash: string }>(1, 'leaves');
  expect(hashes.map(({ leaf_index }) => leaf_index)).toEqual(
    Array.from({ length: size }, (_, index) => index),
  );
  expect(hashes.map(({ leaf_hash }) => leaf_hash)).toEqual(
    (await leaves(1)).map((hash) => hash.toString('hex')),
  );
  const raw = readFileSync(join(copy, '1', 'events-000000000000.ndjson'), 'utf8')
    .trim()
    .split('\n');
  raw.forEach((line, index) => {
    const canonical = line.slice(`{"leaf_index":${index},"event":`.length, -1);
    expect(leafHash(canonical).toString('hex')).toBe(hashes[index]?.leaf_hash);
  });
});

it('goes on after a crash that left half a line in each file', async () => {
  const before = (await newest(2)).size;
  await copied(2, before);
  await Promise.all(instances.map((instance) => instance.close()));
  for (const name of readdirSync(join(copy, '2'))) appendFileSync(join(copy, '2', name), '{"leaf_index":99');
  instances = [await telemetry.start({ AUDIT_COPY_PATH: copy })];
  await ingest(one(), events(3, 2));
  await copied(2, before + 3);
  for (const kind of ['leaves', 'events']) {
    expect(lines<{ leaf_index: number }>(2, kind).map(({ leaf_index }) => leaf_index)).toEqual(
      Array.from({ length: before + 3 }, (_, index) => index),
    );
  }
});

describe('when a superuser has changed what is sealed,', () => {
  /** Another organization's log is sealed after this one's: once it is, this one has had its turn. */
  const turnPassed = async (organization: number) => {
    for (let turn = 0; turn < 2; turn += 1) {
      const { size } = await newest(organization);
      await ingest(one(), events(1, organization));
      await until(async () => (await newest(organization)).size === size + 1);
    }
  };

  it.each([
    ['a node', 21, `update integrity.nodes set node_hash = sha256(node_hash) where organization_id = 21`],
    ['a missing node', 22, `delete from integrity.nodes where organization_id = 22`],
    ['a root', 23, `update integrity.checkpoints set root = sha256(root) where organization_id = 23`],
    [
      'a last leaf',
      24,
      `update integrity.leaves set leaf_hash = sha256(leaf_hash) where organization_id = 24`,
    ],
    ['a note', 25, `update integrity.checkpoints set note = note || ' ' where organization_id = 25`],
    [
      'a cut tail',
      26,
      `delete from integrity.leaves where organization_id = 26 and leaf_index >= 2;
       insert into integrity.leaves select gen_random_uuid(), 26, n, sha256('x') from generate_series(2, 9) n`,
    ],
  ])('it signs nothing on top of it: %s', async (_, organization, statement) => {
    await ingest(one(), events(3, organization));
    await until(async () => (await newest(organization)).size === 3);
    await tamper(statement);
    await ingest(one(), events(1, organization));
    await turnPassed(90);
    const sizes = await telemetry.sql<{ size: string }>(
      'select size from integrity.checkpoints where organization_id = $1',
      [organization],
    );
    expect(sizes).toEqual([{ size: '3' }]);
  });
});
