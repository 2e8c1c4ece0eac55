import { KmsRootKey } from './kms-root-key.adapter';
import type { LocalRootKey } from './local-root-key';
import type { RootKey } from './root-key';

/** What a service's configuration says of AWS KMS; without `keyId` it keeps no root. */
export interface KmsSettings {
  keyId?: string;
  earlierKeyIds: readonly string[];
  region: string;
  endpoint?: string;
  accessKeyId?: string;
  secretAccessKey?: { reveal(): string };
}

/**
 * The root key of a configuration: the one in the process, or the one AWS KMS keeps, beside which the one in the process
 * opens what it wrapped until all of that is wrapped anew. Without an access key the role of the machine asks.
 */
export function configuredRootKey(local: LocalRootKey, settings: KmsSettings): RootKey {
  const { keyId, accessKeyId, secretAccessKey, ...where } = settings;
  if (keyId === undefined) return local;
  const credentials =
    accessKeyId !== undefined && secretAccessKey !== undefined
      ? { accessKeyId, secretAccessKey: secretAccessKey.reveal() }
      : undefined;
  return new KmsRootKey({ keyId, ...where, credentials }, local);
}
