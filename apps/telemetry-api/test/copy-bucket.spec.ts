import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Lab, type S3LabOptions } from '@restartix/vendor-lab';
import { S3CopyStore } from '../src/sealing/s3.adapter';
import type { CopiedLeaf } from '../src/sealing/copy-store.port';
import { AlertPort } from '@restartix/logging';
import { auditEvent, ingest } from './events';
import { Telemetry, type Instance } from './telemetry';

const KMS = 'arn:aws:kms:eu-central-1:000000000000:key/audit';
const KEYS = { accessKeyId: 'AKIAAUDIT', secretAccessKey: 'a secret of the lab', region: 'eu-central-1' };
const BUCKET = 'audit';
const OPTIONS: S3LabOptions = {
  ...KEYS,
  buckets: { [BUCKET]: { encryption: { algorithm: 'aws:kms', kmsKeyId: KMS }, writeOnce: true } },
};

const until = async (done: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 50));
};

const linesOf = (bucket: S3Lab, prefix: string): string[] =>
  [...bucket.objects(BUCKET)]
    .filter(([key]) => key.startsWith(prefix))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, { body }]) => body.toString().trim().split('\n'));

const placesOf = (bucket: S3Lab, prefix: string): number[] =>
  linesOf(bucket, prefix).map((line) => (JSON.parse(line) as { leaf_index: number }).leaf_index);

const upTo = (size: number) => Array.from({ length: size }, (_, index) => index);

describe('the copy in object storage', () => {
  const s3 = new S3Lab(OPTIONS);
  let telemetry: Telemetry;
  let environment: Record<string, string>;
  let instances: Instance[];

  beforeAll(async () => {
    telemetry = await Telemetry.create();
    environment = {
      AUDIT_COPY_BUCKET: BUCKET,
      AUDIT_COPY_BUCKET_ENDPOINT: await s3.start(),
      AUDIT_COPY_ACCESS_KEY: KEYS.accessKeyId,
      AUDIT_COPY_SECRET_KEY: KEYS.secretAccessKey,
      AUDIT_COPY_KMS_KEY_ID: KMS,
    };
    instances = [await telemetry.start(environment), await telemetry.start(environment)];
  });
  afterAll(async () => {
    await telemetry.stop();
    await s3.stop();
  });

  const send = (organization_id: number, count: number, which = 0) =>
    ingest(
      instances[which] as Instance,
      upTo(count).map(() => auditEvent({ organization_id })),
    );
  const sealed = async (organization: number) => {
    const [row] = await telemetry.sql<{ size: string }>(
      'select max(size) as size from integrity.checkpoints where organization_id = $1',
      [organization],
    );
    return Number(row?.size);
  };
  const copied = (organization: number, size: number) =>
    until(() =>
      s3.objects(BUCKET).has(`${organization}/checkpoints-${String(size).padStart(12, '0')}.ndjson`),
    );

  it('holds the leaves, events and checkpoints of both organizations, whichever instance writes them', async () => {
    for (let round = 0; round < 3; round += 1) {
      await Promise.all([send(1, 5), send(2, 3, 1)]);
      await copied(1, 5 * (round + 1));
    }
    await copied(2, 9);
    for (const [organization, size] of [
      [1, 15],
      [2, 9],
    ] as const) {
      expect(placesOf(s3, `${organization}/leaves-`)).toEqual(upTo(size));
      expect(placesOf(s3, `${organization}/events-`)).toEqual(upTo(size));
      const notes = await telemetry.sql<{ note: string }>(
        'select note from integrity.checkpoints where organization_id = $1 and size = $2',
        [organization, size],
      );
      expect(JSON.parse(linesOf(s3, `${organization}/checkpoints-`).at(-1) ?? '')).toEqual({
        size,
        note: notes[0]?.note,
      });
    }
  });

  it('catches up after the storage was away, after a lost answer, and in a new process', async () => {
    s3.faults.push('slow-down', 'answer-lost', 'slow-down', 'slow-down', 'slow-down', 'answer-lost');
    await send(1, 7);
    await copied(1, 22);
    await Promise.all(instances.map((instance) => instance.close()));
    instances = [await telemetry.start(environment)];
    await send(1, 2);
    await copied(1, 24);
    expect(placesOf(s3, '1/leaves-')).toEqual(upTo(24));
    expect(await sealed(1)).toBe(24);
  });

  it('does not hold up sealing, nor another copy, when the storage refuses the secret', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'audit-copy-'));
    const wrong = await telemetry.start({
      ...environment,
      AUDIT_COPY_SECRET_KEY: 'another secret',
      AUDIT_COPY_PATH: folder,
    });
    await Promise.all(instances.map((instance) => instance.close()));
    instances = [wrong];
    const before = s3.objects(BUCKET).size;
    await send(3, 4);
    await until(async () => (await sealed(3)) === 4);
    await until(() => existsSync(join(folder, '3', 'checkpoints.ndjson')));
    const failing = () =>
      wrong.app
        .get(AlertPort, { strict: false })
        .open()
        .filter(({ code, labels }) => code === 'audit_copy_failing' && labels.organization === 3)
        .map(({ labels }) => labels.copy);
    await until(() => failing().length > 0);
    expect(failing()).toEqual(['bucketCopy']);
    await wrong.close();
    rmSync(folder, { recursive: true });
    expect(s3.objects(BUCKET).size).toBe(before);
  });
});

describe('the adapter alone', () => {
  const s3 = new S3Lab(OPTIONS);
  const stores: S3CopyStore[] = [];
  let endpoint: string;

  beforeAll(async () => {
    endpoint = await s3.start();
  });
  afterAll(async () => {
    for (const store of stores) store.close();
    await s3.stop();
  });

  const open = async (kmsKeyId: string | undefined = KMS) => {
    const { region, ...credentials } = KEYS;
    const store = await S3CopyStore.open({ bucket: BUCKET, region, endpoint, credentials, kmsKeyId });
    stores.push(store);
    return store;
  };
  const leaves = (from: number, to: number, mark = 'aa'): CopiedLeaf[] =>
    upTo(to - from).map((offset) => ({
      leaf_index: from + offset,
      leaf_hash: mark.repeat(32),
      event_id: `event-${from + offset}`,
      event: offset % 4 === 3 ? null : '{}',
    }));

  it('finds the end of a log of many segments of any length in a few questions', async () => {
    const writer = await open();
    let [end, step] = [0, 1];
    for (; end < 400; step = (step * 7) % 23) {
      await writer.addLeaves(1, leaves(end, end + step));
      end += step;
      expect(await (await open()).position(1)).toEqual({ leaves: end, checkpoint: 0 });
    }
    await writer.addCheckpoint(1, end, 'note');
    await writer.addLeaves(2, leaves(0, 3));
    expect(await (await open()).position(1)).toEqual({ leaves: end, checkpoint: end });
    expect(await (await open()).position(2)).toEqual({ leaves: 3, checkpoint: 0 });
  });

  it('writes the same again in peace, and never another thing over it', async () => {
    const store = await open();
    await store.addLeaves(5, leaves(0, 3));
    await store.addLeaves(5, leaves(0, 3));
    await expect(store.addLeaves(5, leaves(0, 3, 'bb'))).rejects.toThrow('holds something else');
    await store.addCheckpoint(5, 3, 'note');
    await expect(store.addCheckpoint(5, 3, 'other')).rejects.toThrow('holds something else');
    expect(linesOf(s3, '5/leaves-').every((line) => line.includes('aa'))).toBe(true);
  });

  it('is refused without the encryption the bucket asks for', async () => {
    const store = await open('');
    await expect(store.addCheckpoint(6, 1, 'note')).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
