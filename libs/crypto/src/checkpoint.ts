import { createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';
import type { TreeHead } from './merkle';

/** A tree head under the name of its log: what a C2SP tlog-checkpoint says. */
export interface Checkpoint extends TreeHead {
  /** Name of the log; also the name its signature carries. */
  origin: string;
}

/** A note that is not one, or that none of the pinned keys signed. */
export class NoteError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'NoteError';
  }
}

const ALGORITHM_ED25519 = 1;
const KEY_BYTES = 32;
const KEY_ID_BYTES = 4;
const SIGNATURE_BYTES = 64;
/** A name that may stand in a signature line. */
const NAME = /^[^\s+\p{Cc}]+$/u;
const BASE64 = '[A-Za-z0-9+/]+={0,2}';
const SIGNATURE_LINE = new RegExp(`^— ([^\\s+]+) (${BASE64})$`, 'u');
const CHECKPOINT = new RegExp(`^([^\\n]+)\\n(0|[1-9]\\d{0,15})\\n(${BASE64})\\n`);

/** The four bytes that tell a signed note's keys apart: of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ Ed25519 public key). */
export function noteKeyId(name: string, publicKey: KeyObject): Buffer {
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-KEY_BYTES);
  const named = Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(ALGORITHM_ED25519), raw]);
  return hash('sha256', named, 'buffer').subarray(0, KEY_ID_BYTES);
}

/** A C2SP signed note: the text (which ends with a line feed) and one Ed25519 signature line under this name. */
export function signNote(text: string, name: string, privateKey: KeyObject): string {
  if (!text.endsWith('\n')) throw new NoteError('The text of a note ends with a line feed');
  if (!NAME.test(name)) throw new NoteError('This name cannot stand in a signature');
  const id = noteKeyId(name, createPublicKey(privateKey));
  const signature = Buffer.concat([id, sign(null, Buffer.from(text), privateKey)]);
  return `${text}\n— ${name} ${signature.toString('base64')}\n`;
}

/**
 * The text of a signed note, when one of the pinned Ed25519 keys signed it under this name; signatures of others are
 * passed over. Throws NoteError.
 */
export function openNote(note: string, name: string, pinned: readonly KeyObject[]): string {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) throw new NoteError('This is not a signed note');
  const text = note.slice(0, end + 1);
  const lines = note.slice(end + 2, -1).split('\n');
  const signatures = lines.map((line) => {
    const [, signer = '', encoded = ''] = SIGNATURE_LINE.exec(line) ?? [];
    const bytes = Buffer.from(encoded, 'base64');
    if (!signer || bytes.toString('base64') !== encoded) {
      throw new NoteError('A signature line of the note is malformed');
    }
    return { name: signer, bytes };
  });
  const own = signatures.filter((signature) => signature.name === name);
  if (!own.some(({ bytes }) => pinned.some((key) => signedBy(key, name, text, bytes)))) {
    throw new NoteError('None of the pinned keys signed this note');
  }
  return text;
}

function signedBy(key: KeyObject, name: string, text: string, bytes: Buffer): boolean {
  if (bytes.length !== KEY_ID_BYTES + SIGNATURE_BYTES) return false;
  if (!bytes.subarray(0, KEY_ID_BYTES).equals(noteKeyId(name, key))) return false;
  return verify(null, Buffer.from(text), key, bytes.subarray(KEY_ID_BYTES));
}

/** A checkpoint as a C2SP tlog-checkpoint: origin, size and base64 root on a line each, signed under the origin. */
export function signCheckpoint({ origin, size, root }: Checkpoint, privateKey: KeyObject): string {
  return signNote(`${origin}\n${size}\n${root.toString('base64')}\n`, origin, privateKey);
}

/** What a note says before anybody has checked who signed it. Throws NoteError when it says no tree head. */
export function readCheckpoint(note: string): Checkpoint {
  const match = CHECKPOINT.exec(note);
  if (!match) throw new NoteError('This is not a checkpoint');
  const [, origin, size, root] = match as unknown as [string, string, string, string];
  const checkpoint = { origin, size: Number(size), root: Buffer.from(root, 'base64') };
  const exact = checkpoint.root.length === KEY_BYTES && checkpoint.root.toString('base64') === root;
  if (!exact || !Number.isSafeInteger(checkpoint.size)) throw new NoteError('This is not a checkpoint');
  return checkpoint;
}

/** The checkpoint of a note that one of the pinned keys signed under the checkpoint's own origin. Throws NoteError. */
export function openCheckpoint(note: string, pinned: readonly KeyObject[]): Checkpoint {
  const { origin } = readCheckpoint(note);
  return readCheckpoint(openNote(note, origin, pinned));
}
