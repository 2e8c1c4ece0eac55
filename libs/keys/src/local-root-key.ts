import { createHmac, randomBytes } from 'node:crypto';
import { EnvelopeError, envelopeVersion, openEnvelopeBytes, sealEnvelope } from '@restartix/crypto';
import { RootKey, type KeyPlace } from './root-key';

/** Root keys of before this number existed were all written as version 1. */
const UNNAMED = 1;
const KEY_BYTES = 32;

/** The number that stands for a root key in what it wraps; it tells nothing of the key. */
function numberOf(key: Buffer): number {
  return 2 + (createHmac('sha256', key).update('root key number').digest().readUInt32BE() % 999_999_990);
}

const textOf = (place: KeyPlace): string => Object.values(place).join(':');

/** A root key held in the process: the default. */
export class LocalRootKey extends RootKey {
  private readonly number: number;
  private readonly keys: readonly Buffer[];

  /** `earlier` keys open what they wrapped and wrap nothing any more. */
  constructor(
    private readonly key: Buffer,
    earlier: readonly Buffer[] = [],
  ) {
    super();
    this.number = numberOf(key);
    this.keys = [key, ...earlier];
  }

  newKey(place: KeyPlace): Promise<string> {
    return this.wrap(randomBytes(KEY_BYTES), place);
  }

  wrap(key: Buffer, place: KeyPlace): Promise<string> {
    return Promise.resolve(sealEnvelope(this.key, this.number, key, textOf(place)));
  }

  isCurrent(wrapped: string): boolean {
    return envelopeVersion(wrapped) === this.number;
  }

  protected async open(wrapped: string, place: KeyPlace): Promise<Buffer> {
    const number = envelopeVersion(wrapped);
    for (const key of this.keys.filter((one) => number === UNNAMED || numberOf(one) === number)) {
      try {
        return openEnvelopeBytes(key, wrapped, textOf(place));
      } catch (error) {
        if (number !== UNNAMED) throw error;
      }
    }
    throw new EnvelopeError('No root key at hand opens this');
  }
}
