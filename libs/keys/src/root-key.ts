import { createHmac } from 'node:crypto';
import { EnvelopeError, envelopeVersion, openEnvelopeBytes, sealEnvelope } from '@restartix/crypto';

/** Where the key above all others lives. It never leaves; keys go in wrapped and come out plain. */
export interface RootKey {
  /** Encrypts a key so that only this root opens it, in this place. */
  wrap(key: Buffer, place: string): Promise<string>;
  /** Opens a wrapped key; throws EnvelopeError when it is not this root's or not of this place. */
  unwrap(wrapped: string, place: string): Promise<Buffer>;
  /** Whether a key was wrapped by the root that wraps now; after a rotation the others are to be wrapped anew. */
  isCurrent(wrapped: string): boolean;
}

/** Root keys of before this number existed were all written as version 1. */
const UNNAMED = 1;

/** The number that stands for a root key in what it wraps; it tells nothing of the key. */
function numberOf(key: Buffer): number {
  return 2 + (createHmac('sha256', key).update('root key number').digest().readUInt32BE() % 999_999_990);
}

/** A root key held in the process: the default. A key service takes its place by implementing RootKey. */
export class LocalRootKey implements RootKey {
  private readonly number: number;
  private readonly keys: readonly Buffer[];

  /** `earlier` keys open what they wrapped and wrap nothing any more. */
  constructor(
    private readonly key: Buffer,
    earlier: readonly Buffer[] = [],
  ) {
    this.number = numberOf(key);
    this.keys = [key, ...earlier];
  }

  wrap(key: Buffer, place: string): Promise<string> {
    return Promise.resolve(sealEnvelope(this.key, this.number, key, place));
  }

  async unwrap(wrapped: string, place: string): Promise<Buffer> {
    const number = envelopeVersion(wrapped);
    for (const key of this.keys.filter((one) => number === UNNAMED || numberOf(one) === number)) {
      try {
        return openEnvelopeBytes(key, wrapped, place);
      } catch (error) {
        if (number !== UNNAMED) throw error;
      }
    }
    throw new EnvelopeError('No root key at hand opens this');
  }

  isCurrent(wrapped: string): boolean {
    return envelopeVersion(wrapped) === this.number;
  }
}
