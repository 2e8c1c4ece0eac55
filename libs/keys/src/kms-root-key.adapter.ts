import { createHash } from 'node:crypto';
import type * as Sdk from '@aws-sdk/client-kms';
import { EnvelopeError } from '@restartix/crypto';
import { unavailable } from '@restartix/errors';
import { RootKey, type KeyPlace } from './root-key';

export interface KmsOptions {
  /** ARN or id of the symmetric key that wraps. */
  keyId: string;
  /** Keys that open what they wrapped and wrap nothing any more. */
  earlierKeyIds?: readonly string[];
  region: string;
  /** Another service than AWS. */
  endpoint?: string;
  /** The role of the machine without. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

const TIMEOUTS = { connectionTimeout: 3_000, requestTimeout: 5_000 };
/** k1.<what stands for the KMS key>.<ciphertext, base64url> */
const WRAPPED = /^k1\.([0-9a-f]{16})\.([A-Za-z0-9_-]+)$/;

/** What stands for a KMS key in what it wraps: KMS is asked to open it under that key and no other. */
const nameOf = (keyId: string): string => createHash('sha256').update(keyId).digest('hex').slice(0, 16);

/** Recorded by the root that was asked. */
const ALREADY = (): Promise<void> => Promise.resolve();

/**
 * A root key in AWS KMS. It makes data keys (GenerateDataKeyWithoutPlaintext) and opens them (Decrypt) with their place
 * as encryption context, so that the trail of KMS says of every use for which organization and purpose it was. The root
 * of `before` opens what it wrapped until all of it is wrapped anew.
 */
export class KmsRootKey extends RootKey {
  private readonly keyIds: ReadonlyMap<string, string>;
  private kms: Promise<{ sdk: typeof Sdk; client: Sdk.KMSClient }> | undefined;

  constructor(
    private readonly options: KmsOptions,
    private readonly before?: RootKey,
  ) {
    super();
    const ids = [options.keyId, ...(options.earlierKeyIds ?? [])];
    this.keyIds = new Map(ids.map((id) => [nameOf(id), id]));
  }

  async newKey(place: KeyPlace): Promise<string> {
    const { CiphertextBlob } = await this.ask(({ sdk, client }) =>
      client.send(
        new sdk.GenerateDataKeyWithoutPlaintextCommand({
          KeyId: this.options.keyId,
          KeySpec: 'AES_256',
          EncryptionContext: place,
        }),
      ),
    );
    return this.wrappedOf(CiphertextBlob);
  }

  async wrap(key: Buffer, place: KeyPlace): Promise<string> {
    const { CiphertextBlob } = await this.ask(({ sdk, client }) =>
      client.send(
        new sdk.EncryptCommand({ KeyId: this.options.keyId, Plaintext: key, EncryptionContext: place }),
      ),
    );
    return this.wrappedOf(CiphertextBlob);
  }

  isCurrent(wrapped: string): boolean {
    return WRAPPED.exec(wrapped)?.[1] === nameOf(this.options.keyId);
  }

  protected async open(wrapped: string, place: KeyPlace): Promise<Buffer> {
    const [, name, blob] = WRAPPED.exec(wrapped) ?? [];
    if (!name || !blob) {
      if (this.before) return this.before.unwrap(wrapped, place, ALREADY);
      throw new EnvelopeError('This was not wrapped by KMS');
    }
    const keyId = this.keyIds.get(name);
    if (!keyId) throw new EnvelopeError('No KMS key at hand opens this');
    const { Plaintext } = await this.ask(({ sdk, client }) =>
      client.send(
        new sdk.DecryptCommand({
          KeyId: keyId,
          CiphertextBlob: Buffer.from(blob, 'base64url'),
          EncryptionContext: place,
        }),
      ),
    );
    if (!Plaintext) throw unavailable('keys_unavailable');
    return Buffer.from(Plaintext);
  }

  private wrappedOf(blob: Uint8Array | undefined): string {
    if (!blob) throw unavailable('keys_unavailable');
    return `k1.${nameOf(this.options.keyId)}.${Buffer.from(blob).toString('base64url')}`;
  }

  /** Throws EnvelopeError for what KMS says is no ciphertext of this key and place, else keys_unavailable. */
  private async ask<T>(work: (kms: { sdk: typeof Sdk; client: Sdk.KMSClient }) => Promise<T>): Promise<T> {
    const kms = await (this.kms ??= this.connect());
    try {
      return await work(kms);
    } catch (error) {
      const { InvalidCiphertextException, IncorrectKeyException } = kms.sdk;
      if (error instanceof InvalidCiphertextException || error instanceof IncorrectKeyException) {
        throw new EnvelopeError('KMS opens this neither under this key nor in this place');
      }
      throw unavailable('keys_unavailable', error);
    }
  }

  /** Loads the SDK, which a start without KMS is spared. */
  private async connect(): Promise<{ sdk: typeof Sdk; client: Sdk.KMSClient }> {
    const sdk = await import('@aws-sdk/client-kms');
    const { region, endpoint, credentials } = this.options;
    return { sdk, client: new sdk.KMSClient({ region, endpoint, credentials, requestHandler: TIMEOUTS }) };
  }
}
