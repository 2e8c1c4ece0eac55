/**
 * Where a wrapped key belongs: what it is for, and of whom. It opens there only. The order of the parts is part of it.
 */
export type KeyPlace = Readonly<{ purpose: string } & Record<string, string>>;

/** Resolves when the use of a key is recorded: who, which key, why. */
export type RecordUse = () => Promise<void>;

/** Where the key above all others lives. It never leaves: keys under it go in wrapped and come out plain. */
export abstract class RootKey {
  /** A new key of 32 bytes, wrapped; nobody has it before it is opened. */
  abstract newKey(place: KeyPlace): Promise<string>;
  /** Encrypts a key that another root wrapped before. */
  abstract wrap(key: Buffer, place: KeyPlace): Promise<string>;
  /** Whether a key was wrapped by the root that wraps now; after a rotation the others are to be wrapped anew. */
  abstract isCurrent(wrapped: string): boolean;
  protected abstract open(wrapped: string, place: KeyPlace): Promise<Buffer>;

  /**
   * Opens a wrapped key after its use is recorded: what cannot be recorded stays closed. Throws EnvelopeError when it
   * is not this root's or not of this place.
   */
  async unwrap(wrapped: string, place: KeyPlace, record: RecordUse): Promise<Buffer> {
    await record();
    return this.open(wrapped, place);
  }
}
