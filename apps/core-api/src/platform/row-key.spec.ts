import { randomBytes } from 'node:crypto';
import { EnvelopeError } from '@restartix/crypto';
import { KeyRing, LocalRootKey, type WrappedKey } from '@restartix/keys';
import { openUnderRow, sealUnderRow } from './row-key';

const [ID, OTHER] = ['0192f3a1-1234-7123-8123-123456789012', '0192f3a1-1234-7123-8123-123456789013'];
const row = (id: string, wrapped_key: string | null = null, organization_id = 1) => ({
  organization_id,
  id,
  wrapped_key,
});

describe('texts under a key of their row', () => {
  const kept = new Map<number, WrappedKey[]>();
  const keys = new KeyRing(
    new LocalRootKey(randomBytes(32)),
    {
      load: async (organization) => kept.get(organization) ?? [],
      create: async (organization, key) =>
        void kept.set(organization, [...(kept.get(organization) ?? []), key]),
      replace: async () => undefined,
    },
    async () => undefined,
  );
  const seal = (reason: string, of = row(ID)) => sealUnderRow(keys, 'appointments', of, { reason });
  const open = (envelope: string, of: ReturnType<typeof row>, column = 'reason') =>
    openUnderRow(keys, 'appointments', of, column, envelope);

  it('open with the wrapped key of the row', async () => {
    const { reason, wrapped_key } = await seal('Pain in the knee');
    expect(reason).toMatch(/^e1\.1\./);
    expect(await open(reason, row(ID, wrapped_key))).toBe('Pain in the knee');
  });

  it('written later stand under the same key', async () => {
    const first = await seal('one');
    const second = await seal('two', row(ID, first.wrapped_key));
    expect(second.wrapped_key).toBe(first.wrapped_key);
    expect(await open(second.reason, row(ID, first.wrapped_key))).toBe('two');
  });

  it('open nowhere once the wrapped key is gone, although every key of the organization is at hand', async () => {
    const { reason } = await seal('Pain in the knee');
    const another = await seal('another');
    await expect(open(reason, row(ID))).rejects.toThrow(EnvelopeError);
    await expect(open(reason, row(ID, another.wrapped_key))).rejects.toThrow(EnvelopeError);
  });

  it('open in no other row, column or organization', async () => {
    const { reason, wrapped_key } = await seal('Pain in the knee');
    await expect(open(reason, row(OTHER, wrapped_key))).rejects.toThrow(EnvelopeError);
    await expect(open(reason, row(ID, wrapped_key, 2))).rejects.toThrow(EnvelopeError);
    await expect(open(reason, row(ID, wrapped_key), 'cancellation_note')).rejects.toThrow(EnvelopeError);
  });

  it('from before rows had keys open under the organization’s', async () => {
    const before = await keys.seal(1, 'Pain in the knee', `1:appointments:reason:${ID}`);
    expect(await open(before, row(ID))).toBe('Pain in the knee');
  });
});
