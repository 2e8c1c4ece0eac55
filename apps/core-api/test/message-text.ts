import { KeyRing, LocalRootKey, type WrappedKey } from '@restartix/keys';
import type { Platform } from '@restartix/testing';
import { openUnderRow } from '../src/platform/row-key';

/** What a message says: opened with the platform's root key, as its sender does. */
export async function textOfMessage<T>(
  platform: Platform,
  organizationId: number,
  { data, ...row }: { id: string; data: string; wrapped_key: string },
): Promise<T> {
  const main = await platform.superuser('main');
  try {
    const load = (organization: number) =>
      main.query<WrappedKey>(
        'select version, wrapped_key as wrapped from organization_keys where organization_id = $1',
        [organization],
      );
    const readOnly = () => Promise.reject(new Error('A spec makes no keys'));
    const root = new LocalRootKey(Buffer.from(platform.encryptionKey, 'base64'));
    const keys = new KeyRing(root, { load, create: readOnly, replace: readOnly }, () => Promise.resolve());
    const text = await openUnderRow(
      keys,
      'messages',
      { ...row, organization_id: organizationId },
      'data',
      data,
    );
    return JSON.parse(text) as T;
  } finally {
    await main.close();
  }
}
