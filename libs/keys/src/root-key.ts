import { openEnvelopeBytes, sealEnvelope } from '@restartix/crypto';

/** Where the key above all others lives. It never leaves; keys go in wrapped and come out plain. */
export interface RootKey {
  /** Encrypts a key so that only this root opens it, in this place. */
  wrap(key: Buffer, place: string): Promise<string>;
  /** Opens a wrapped key; throws EnvelopeError when it is not this root's or not of this place. */
  unwrap(wrapped: string, place: string): Promise<Buffer>;
}

/** A root key held in the process: the default. A key service takes its place by implementing RootKey. */
export class LocalRootKey implements RootKey {
  constructor(private readonly key: Buffer) {}

  wrap(key: Buffer, place: string): Promise<string> {
    return Promise.resolve(sealEnvelope(this.key, 1, key, place));
  }

  async unwrap(wrapped: string, place: string): Promise<Buffer> {
    return openEnvelopeBytes(this.key, wrapped, place);
  }
}
