import { randomBytes } from 'node:crypto';
import { EnvelopeError, envelopeVersion, isEnvelope } from '@restartix/crypto';
import { createTestDatabases, type TestDatabases } from '@restartix/testing';
import { Pool } from 'pg';
import {
  KeyRing,
  LocalRootKey,
  type OrganizationKeyStore,
  type RecordKeyUse,
  type WrappedKey,
} from './index';

const ROOT_BYTES = randomBytes(32);
const ROOT = new LocalRootKey(ROOT_BYTES);
const PLACE = '1:patient_keys:wrapped_key:0192f3a1-1234-7123-8123-123456789012';
const OTHER_PLACE = '1:patient_keys:wrapped_key:0192f3a1-1234-7123-8123-123456789013';

describe('key ring', () => {
  let databases: TestDatabases;
  let pool: Pool;
  let store: OrganizationKeyStore;

  beforeAll(async () => {
    databases = await createTestDatabases();
    pool = new Pool({ connectionString: databases.systemUrl, max: 4 });
    store = {
      load: async (organizationId) =>
        (
          await pool.query<WrappedKey>(
            'select version, wrapped_key as wrapped from organization_keys where organization_id = $1',
            [organizationId],
          )
        ).rows,
      create: async (organizationId, { version, wrapped }) =>
        void (await pool.query('insert into organization_keys values ($1, $2, $3) on conflict do nothing', [
          organizationId,
          version,
          wrapped,
        ])),
      replace: async (organizationId, { version, wrapped }, by) =>
        void (await pool.query(
          `update organization_keys set wrapped_key = $4
            where organization_id = $1 and version = $2 and wrapped_key = $3`,
          [organizationId, version, wrapped, by],
        )),
    };
  });
  beforeEach(() => pool.query('delete from organization_keys'));
  afterAll(async () => {
    await pool?.end();
    await databases?.drop();
  });

  let clock = 0;
  const ring = (recordUse: RecordKeyUse = () => Promise.resolve(), root = ROOT) =>
    new KeyRing(root, store, recordUse, { now: () => clock });
  const kept = async () =>
    (
      await pool.query<{ organization: number; version: number; key: string }>(
        'select organization_id as organization, version, wrapped_key as key from organization_keys order by 1, 2',
      )
    ).rows;
  const rotate = async (organizationId: number, version: number) =>
    store.create(organizationId, {
      version,
      wrapped: await ROOT.wrap(randomBytes(32), {
        purpose: 'organization-key',
        organization: String(organizationId),
      }),
    });

  it('gives back what it sealed, for the same organization and place only', async () => {
    const keys = ring();
    const envelope = await keys.seal(1, 'Dr. Radu', PLACE);
    expect(await keys.open(1, envelope, PLACE)).toBe('Dr. Radu');
    await expect(keys.open(2, envelope, PLACE)).rejects.toThrow(EnvelopeError);
    await expect(keys.open(1, envelope, OTHER_PLACE)).rejects.toThrow(EnvelopeError);
  });

  it('makes the key of an organization once, although many ask at once in several processes', async () => {
    const rings = Array.from({ length: 5 }, () => ring());
    const asked = rings.flatMap((keys) =>
      Array.from({ length: 20 }, (_, index) => [keys, 1 + (index % 2)] as const),
    );
    const envelopes = await Promise.all(asked.map(([keys, id]) => keys.seal(id, `of ${id}`, PLACE)));
    expect((await kept()).map(({ organization, version }) => [organization, version])).toEqual([
      [1, 1],
      [2, 1],
    ]);
    for (const [index, envelope] of envelopes.entries()) {
      const id = asked[index]![1];
      for (const keys of [...rings, ring()]) expect(await keys.open(id, envelope, PLACE)).toBe(`of ${id}`);
    }
  });

  it('keeps keys wrapped only, each in the place of its organization', async () => {
    const keys = ring();
    const envelope = await keys.seal(1, 'x', PLACE);
    await keys.seal(2, 'x', PLACE);
    for (const { key } of await kept()) expect(isEnvelope(key)).toBe(true);
    // Whoever may write the table still cannot make one organization's key another's.
    await pool.query(
      `update organization_keys set wrapped_key = (select wrapped_key from organization_keys where organization_id = 1)
        where organization_id = 2`,
    );
    await expect(ring().open(2, envelope, PLACE)).rejects.toThrow(EnvelopeError);
  });

  it('opens under its own root only, and makes no second key because of that', async () => {
    const envelope = await ring().seal(1, 'x', PLACE);
    const foreign = ring(undefined, new LocalRootKey(randomBytes(32)));
    await expect(foreign.open(1, envelope, PLACE)).rejects.toThrow(EnvelopeError);
    await expect(foreign.seal(1, 'x', PLACE)).rejects.toThrow(EnvelopeError);
    expect(await kept()).toHaveLength(1);
    expect(await ring().open(1, envelope, PLACE)).toBe('x');
  });

  describe('the use of a key', () => {
    it('is recorded once per version that is needed, however often, and again when it was held for an hour', async () => {
      const old = await ring().seal(1, 'old', PLACE);
      await rotate(1, 2);
      const uses: object[] = [];
      const keys = ring((use) => Promise.resolve(void uses.push(use)));
      await Promise.all([1, 1, 2, 1, 2].map((id) => keys.seal(id, 'x', PLACE)));
      await keys.newDataKey(1, PLACE);
      const needed = [
        { organizationId: 1, version: 2, reason: 'use' },
        { organizationId: 2, version: 1, reason: 'use' },
      ];
      expect(uses).toHaveLength(2);
      expect(uses).toEqual(expect.arrayContaining(needed));
      await keys.open(1, old, PLACE);
      expect(uses.slice(2)).toEqual([{ organizationId: 1, version: 1, reason: 'use' }]);
      clock += 3_600_000;
      await keys.seal(2, 'x', PLACE);
      expect(uses.slice(3)).toEqual([{ organizationId: 2, version: 1, reason: 'use' }]);
    });

    it('that cannot be recorded is not made; once it can, it is', async () => {
      let recordable = false;
      const keys = ring(() => (recordable ? Promise.resolve() : Promise.reject(new Error('no record'))));
      await expect(keys.seal(1, 'x', PLACE)).rejects.toThrow('no record');
      await expect(keys.newDataKey(1, PLACE)).rejects.toThrow('no record');
      recordable = true;
      expect(await keys.open(1, await keys.seal(1, 'x', PLACE), PLACE)).toBe('x');
    });
  });

  describe('a data key', () => {
    it('is 32 new bytes, and opens from its wrapped form', async () => {
      const keys = ring();
      const [one, two] = [await keys.newDataKey(1, PLACE), await keys.newDataKey(1, PLACE)];
      expect(one.key).toHaveLength(32);
      expect(one.key).not.toEqual(two.key);
      expect(await ring().dataKey(1, one.wrapped, PLACE)).toEqual(one.key);
    });

    it('opens only in its place and its organization', async () => {
      const keys = ring();
      const { wrapped } = await keys.newDataKey(1, PLACE);
      await keys.newDataKey(2, PLACE);
      await expect(keys.dataKey(1, wrapped, OTHER_PLACE)).rejects.toThrow(EnvelopeError);
      await expect(keys.dataKey(2, wrapped, PLACE)).rejects.toThrow(EnvelopeError);
    });

    it.each(['', 'x', 'e1.1.AAAA'])('is not read from %j', async (wrapped) => {
      await expect(ring().dataKey(1, wrapped, PLACE)).rejects.toThrow(EnvelopeError);
    });
  });

  describe('after a rotation', () => {
    it('the newest version seals and every version opens', async () => {
      const before = await ring().newDataKey(1, PLACE);
      await rotate(1, 2);
      const keys = ring();
      expect(envelopeVersion(await keys.seal(1, 'x', PLACE))).toBe(2);
      expect(envelopeVersion((await keys.newDataKey(1, PLACE)).wrapped)).toBe(2);
      expect(await keys.dataKey(1, before.wrapped, PLACE)).toEqual(before.key);
    });

    it('by another process, a running one opens the new version at once and seals with it within a minute', async () => {
      const [here, there] = [ring(), ring()];
      const early = await here.seal(1, 'early', PLACE);
      expect(await there.rotate(1)).toBe(2);
      expect(await here.open(1, await there.seal(1, 'new', PLACE), PLACE)).toBe('new');
      expect(envelopeVersion(await here.seal(1, 'x', PLACE))).toBe(2);
      expect(await there.rotate(1)).toBe(3);
      clock += 60_000;
      expect(envelopeVersion(await here.seal(1, 'x', PLACE))).toBe(3);
      expect(await here.open(1, early, PLACE)).toBe('early');
    });

    it('text and data keys move under the newest version, and what is there already stays', async () => {
      const keys = ring();
      const text = await keys.seal(1, 'Dr. Radu', PLACE);
      const data = await keys.newDataKey(1, PLACE);
      await keys.rotate(1);
      const [moved, rewrapped] = await Promise.all(
        [text, data.wrapped].map((envelope) => keys.resealed(1, envelope, PLACE)),
      );
      expect([moved, rewrapped].map((envelope) => envelopeVersion(envelope!))).toEqual([2, 2]);
      expect(await ring().open(1, moved!, PLACE)).toBe('Dr. Radu');
      expect(await ring().dataKey(1, rewrapped!, PLACE)).toEqual(data.key);
      expect(await keys.resealed(1, moved!, PLACE)).toBeNull();
      await expect(keys.resealed(1, text, OTHER_PLACE)).rejects.toThrow(EnvelopeError);
    });

    it('of the root, keys are wrapped anew and the old root is needed no more', async () => {
      const envelope = await ring().seal(1, 'x', PLACE);
      await ring().seal(2, 'x', PLACE);
      const [bytes, before] = [randomBytes(32), await kept()];
      const both = ring(undefined, new LocalRootKey(bytes, [ROOT_BYTES]));
      expect(await both.open(1, envelope, PLACE)).toBe('x');
      expect(await both.wrapAnew(1)).toBe(1);
      expect(await both.wrapAnew(1)).toBe(0);
      const alone = ring(undefined, new LocalRootKey(bytes));
      expect(await alone.open(1, envelope, PLACE)).toBe('x');
      await expect(ring().open(1, envelope, PLACE)).rejects.toThrow(EnvelopeError);
      expect((await kept())[1]).toEqual(before[1]);
      await expect(alone.seal(2, 'x', PLACE)).rejects.toThrow(EnvelopeError);
    });

    it('a version destroyed by another process is noticed by a running one within a minute', async () => {
      const keys = ring();
      const old = await keys.seal(1, 'old', PLACE);
      await keys.rotate(1);
      expect(await keys.open(1, old, PLACE)).toBe('old');
      await pool.query('delete from organization_keys where organization_id = 1 and version = 1');
      clock += 60_000;
      await expect(keys.open(1, old, PLACE)).rejects.toThrow('no longer exists');
    });

    it('what lies under a destroyed version is gone, and nothing else is', async () => {
      const old = await ring().seal(1, 'old', PLACE);
      const neighbour = await ring().seal(2, 'neighbour', PLACE);
      await rotate(1, 2);
      const recent = await ring().seal(1, 'recent', PLACE);
      await pool.query('delete from organization_keys where organization_id = 1 and version = 1');
      const keys = ring();
      await expect(keys.open(1, old, PLACE)).rejects.toThrow(EnvelopeError);
      await expect(keys.open(1, old, PLACE)).rejects.toThrow('no longer exists');
      expect(await keys.open(1, recent, PLACE)).toBe('recent');
      expect(await keys.open(2, neighbour, PLACE)).toBe('neighbour');
    });
  });
});
