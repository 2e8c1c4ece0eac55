import { randomBytes } from 'node:crypto';
import { EnvelopeError, sealEnvelope } from '@restartix/crypto';
import { KmsLab } from '@restartix/vendor-lab';
import { KeyRing, KmsRootKey, LocalRootKey, type RootKey, type WrappedKey } from './index';

const CREDENTIALS = { accessKeyId: 'AKIALAB', secretAccessKey: 'a secret of the lab' };
const region = 'eu-central-1';
const arn = (id: string) => `arn:aws:kms:${region}:000000000000:key/${id}`;
const [OWN, EARLIER, STRANGE] = [arn('own'), arn('earlier'), arn('strange')] as const;
const place = { purpose: 'organization-key', organization: '1' };
const recorded = () => Promise.resolve();

const lab = new KmsLab({ ...CREDENTIALS, region, keys: [OWN, EARLIER, STRANGE] });
let endpoint: string;
beforeAll(async () => void (endpoint = await lab.start()));
afterAll(() => lab.stop());
beforeEach(() => void (lab.calls.length = 0));

const kms = (keyId: string, earlierKeyIds: string[] = [], more: object = {}, before?: RootKey) =>
  new KmsRootKey({ keyId, earlierKeyIds, region, endpoint, credentials: CREDENTIALS, ...more }, before);

const BYTES = { own: randomBytes(32), earlier: randomBytes(32), strange: randomBytes(32) };

/** The same root, an earlier one, one that knows both, and one that knows neither. */
const ADAPTERS: Record<string, () => Record<'own' | 'earlier' | 'rotated' | 'strange', RootKey>> = {
  'a local root key': () => ({
    own: new LocalRootKey(BYTES.own),
    earlier: new LocalRootKey(BYTES.earlier),
    rotated: new LocalRootKey(BYTES.own, [BYTES.earlier]),
    strange: new LocalRootKey(BYTES.strange),
  }),
  'a root key in KMS': () => ({
    own: kms(OWN),
    earlier: kms(EARLIER),
    rotated: kms(OWN, [EARLIER]),
    strange: kms(STRANGE),
  }),
};

describe.each(Object.entries(ADAPTERS))('%s', (name, rootsOf) => {
  const roots = () => rootsOf();

  it('makes keys of 32 bytes, each another, and opens them after their use is recorded', async () => {
    const { own } = roots();
    const wrapped = [await own.newKey(place), await own.newKey(place)];
    const opened: string[] = [];
    for (const one of wrapped) {
      let isRecorded = false;
      const record = async () => void (isRecorded = true);
      const key = await roots().own.unwrap(one, place, record);
      expect([key.length, isRecorded]).toEqual([32, true]);
      opened.push(key.toString('hex'));
    }
    expect(new Set(opened).size).toBe(2);
    for (const one of wrapped)
      expect(one).not.toContain(Buffer.from(opened[0]!, 'hex').toString('base64url'));
  });

  it('opens nothing whose use cannot be recorded', async () => {
    const { own } = roots();
    const wrapped = await own.newKey(place);
    lab.calls.length = 0;
    const refused = () => Promise.reject(new Error('no record'));
    await expect(own.unwrap(wrapped, place, refused)).rejects.toThrow('no record');
    expect(lab.calls).toEqual([]);
    expect(await own.unwrap(wrapped, place, recorded)).toHaveLength(32);
  });

  it('wraps a key that is there already', async () => {
    const key = randomBytes(32);
    const wrapped = await roots().own.wrap(key, place);
    expect(await roots().own.unwrap(wrapped, place, recorded)).toEqual(key);
  });

  it('opens in the very place only', async () => {
    const { own } = roots();
    const wrapped = await own.newKey(place);
    for (const elsewhere of [
      { ...place, organization: '2' },
      { ...place, purpose: 'something-else' },
      { ...place, more: '1' },
      { purpose: place.purpose },
    ]) {
      await expect(own.unwrap(wrapped, elsewhere, recorded)).rejects.toThrow(EnvelopeError);
    }
  });

  it('opens nothing of another root, nothing that was changed, and no other text', async () => {
    const { own, strange } = roots();
    const wrapped = await own.newKey(place);
    const middle = wrapped.length - 20;
    const changed =
      wrapped.slice(0, middle) + (wrapped[middle] === 'A' ? 'B' : 'A') + wrapped.slice(middle + 1);
    await expect(strange.unwrap(wrapped, place, recorded)).rejects.toThrow(EnvelopeError);
    for (const text of [changed, '', 'x', 'e1.1.AAAA', 'k1.0000000000000000.AAAA']) {
      await expect(own.unwrap(text, place, recorded)).rejects.toThrow(EnvelopeError);
    }
  });

  it('that took the place of an earlier one opens what that wrapped, and knows it for old', async () => {
    const { earlier, own, rotated } = roots();
    const key = randomBytes(32);
    const [old, now] = [await earlier.wrap(key, place), await rotated.wrap(key, place)];
    expect(await rotated.unwrap(old, place, recorded)).toEqual(key);
    expect([rotated.isCurrent(old), rotated.isCurrent(now), own.isCurrent(now)]).toEqual([false, true, true]);
    await expect(own.unwrap(old, place, recorded)).rejects.toThrow(EnvelopeError);
    await expect(earlier.unwrap(now, place, recorded)).rejects.toThrow(EnvelopeError);
  });

  it('carries a key ring of two organizations, through rotations of their keys and of itself', async () => {
    const kept = new Map<string, WrappedKey & { organization: number }>();
    const store = {
      load: async (organization: number) =>
        [...kept.values()].filter((one) => one.organization === organization),
      create: async (organization: number, key: WrappedKey) =>
        void kept.set(`${organization}/${key.version}`, { organization, ...key }),
      replace: async (organization: number, { version }: WrappedKey, wrapped: string) =>
        void kept.set(`${organization}/${version}`, { organization, version, wrapped }),
    };
    const uses: object[] = [];
    const ringOf = (root: RootKey) => new KeyRing(root, store, async (use) => void uses.push(use));
    const [first, text] = [ringOf(roots().earlier), 'Dr. Radu'];
    const sealed = [await first.seal(1, text, 'here'), await first.seal(2, text, 'here')];
    await first.rotate(1);
    const second = ringOf(roots().rotated);
    for (const [at, moved] of [2, 1].entries()) expect(await second.wrapAnew(at + 1)).toBe(moved);
    for (const [at, envelope] of sealed.entries()) {
      expect(await ringOf(roots().own).open(at + 1, envelope, 'here')).toBe(text);
      await expect(ringOf(roots().own).open(2 - at, envelope, 'here')).rejects.toThrow(EnvelopeError);
    }
    expect(uses).toContainEqual({ organizationId: 1, version: 2, reason: 'rotation of the root key' });
    const opened = lab.calls.filter(({ operation }) => operation === 'Decrypt');
    expect(opened.length).toBe(name.includes('KMS') ? uses.length : 0);
  });
});

describe('a local root key', () => {
  it('opens what was wrapped before roots had numbers', async () => {
    const key = randomBytes(32);
    const unnamed = sealEnvelope(BYTES.own, 1, key, 'organization-key:1');
    const own = new LocalRootKey(BYTES.strange, [BYTES.own]);
    expect(await own.unwrap(unnamed, place, recorded)).toEqual(key);
    expect(own.isCurrent(unnamed)).toBe(false);
    await expect(own.unwrap(unnamed, { ...place, organization: '2' }, recorded)).rejects.toThrow(
      EnvelopeError,
    );
  });
});

describe('a root key in KMS', () => {
  it('is told organization and purpose with every call, and makes keys nobody has seen', async () => {
    await kms(OWN).unwrap(await kms(OWN).newKey(place), place, recorded);
    expect(lab.calls).toEqual([
      { operation: 'GenerateDataKeyWithoutPlaintext', keyId: OWN, context: place },
      { operation: 'Decrypt', keyId: OWN, context: place },
    ]);
  });

  it('takes over from a local one, which opens what it wrapped until that is wrapped anew', async () => {
    const key = randomBytes(32);
    const local = new LocalRootKey(BYTES.own);
    const old = await local.wrap(key, place);
    const taking = kms(OWN, [], {}, local);
    expect(await taking.unwrap(old, place, recorded)).toEqual(key);
    expect(taking.isCurrent(old)).toBe(false);
    await expect(kms(OWN).unwrap(old, place, recorded)).rejects.toThrow(EnvelopeError);
    const now = await taking.wrap(await taking.unwrap(old, place, recorded), place);
    expect(await kms(OWN).unwrap(now, place, recorded)).toEqual(key);
  });

  it('that is busy or fails for a moment is asked again', async () => {
    lab.faults.push('ThrottlingException', 'KMSInternalException');
    expect(await kms(OWN).newKey(place)).toMatch(/^k1\./);
  });

  it('that refuses keeps the key closed: keys_unavailable, and not as if it were no key', async () => {
    const own = kms(OWN);
    const wrapped = await own.newKey(place);
    const closed = { code: 'keys_unavailable' };
    lab.disabled.add(OWN);
    await expect(own.unwrap(wrapped, place, recorded)).rejects.toMatchObject(closed);
    await expect(own.newKey(place)).rejects.toMatchObject(closed);
    lab.disabled.delete(OWN);
    lab.faults.push('KMSInternalException', 'KMSInternalException', 'KMSInternalException');
    await expect(own.unwrap(wrapped, place, recorded)).rejects.toMatchObject(closed);
    const forged = { credentials: { ...CREDENTIALS, secretAccessKey: 'another' } };
    await expect(kms(OWN, [], forged).unwrap(wrapped, place, recorded)).rejects.toMatchObject(closed);
    await expect(kms(arn('none')).newKey(place)).rejects.toMatchObject(closed);
    const away = { endpoint: 'http://127.0.0.1:1' };
    await expect(kms(OWN, [], away).unwrap(wrapped, place, recorded)).rejects.toMatchObject(closed);
    expect(await own.unwrap(wrapped, place, recorded)).toHaveLength(32);
  });
});
