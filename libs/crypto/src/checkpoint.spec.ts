import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import {
  EMPTY_ROOT,
  NoteError,
  noteKeyId,
  openCheckpoint,
  openNote,
  signCheckpoint,
  signNote,
} from './index';

/** The published example of the signed-note format (golang.org/x/mod/sumdb/note), seed and all. */
const EXAMPLE = {
  name: 'PeterNeumann',
  seed: 'gQoUAtUUbI2E8kQzMPVAgOv5juF9nHT2JS/F1ccoMXM=',
  keyId: 'c74f20a3',
  text: `If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n`,
  signature: 'x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=',
};

const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const example = createPrivateKey({
  key: Buffer.concat([PKCS8_PREFIX, Buffer.from(EXAMPLE.seed, 'base64')]),
  format: 'der',
  type: 'pkcs8',
});

const own = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519');
const head = { origin: 'clinic.example/audit/1', size: 7, root: EMPTY_ROOT };

it('signs the published example to the published bytes, and opens it', () => {
  const note = signNote(EXAMPLE.text, EXAMPLE.name, example);
  expect(note).toBe(`${EXAMPLE.text}\n— ${EXAMPLE.name} ${EXAMPLE.signature}\n`);
  expect(noteKeyId(EXAMPLE.name, createPublicKey(example)).toString('hex')).toBe(EXAMPLE.keyId);
  expect(openNote(note, EXAMPLE.name, [createPublicKey(example)])).toBe(EXAMPLE.text);
});

it('opens a checkpoint to what was signed, with the old or the new key pinned', () => {
  fc.assert(
    fc.property(
      fc.maxSafeInteger().map(Math.abs),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      (size, bytes) => {
        const checkpoint = { ...head, size, root: Buffer.from(bytes) };
        const note = signCheckpoint(checkpoint, own.privateKey);
        expect(openCheckpoint(note, [stranger.publicKey, own.publicKey])).toEqual(checkpoint);
      },
    ),
    { numRuns: 30 },
  );
});

it('passes over signatures of others', () => {
  const note = signCheckpoint(head, own.privateKey);
  const witness = signNote(note.slice(0, note.indexOf('\n\n') + 1), 'witness.example', stranger.privateKey);
  const both = note + witness.slice(witness.indexOf('\n\n') + 2);
  expect(openCheckpoint(both, [own.publicKey])).toEqual(head);
  expect(() => openCheckpoint(both, [stranger.publicKey])).toThrow(NoteError);
});

it('refuses every changed, added or missing character', () => {
  const note = signCheckpoint(head, own.privateKey);
  const refused = (changed: string) =>
    expect(() => openCheckpoint(changed, [own.publicKey])).toThrow(NoteError);
  for (let at = 0; at < note.length; at += 1) {
    refused(note.slice(0, at) + (note[at] === 'A' ? 'B' : 'A') + note.slice(at + 1));
    refused(note.slice(0, at) + note.slice(at + 1));
  }
  refused(`${note}\n`);
  refused(`x${note}`);
});

it('refuses the checkpoint of one log under the name of another', () => {
  const note = signCheckpoint(head, own.privateKey);
  expect(() => openCheckpoint(note.replaceAll('audit/1', 'audit/2'), [own.publicKey])).toThrow(NoteError);
});

it.each(['', '\n', 'x\n\n— x AAAA\n', 'a\n1\nAAAA\n\n— a AAAA\n', 'a\n01\nAAAA\n'])('refuses %j', (note) => {
  expect(() => openCheckpoint(note, [own.publicKey])).toThrow(NoteError);
});

it.each(['', 'a b', 'a+b', 'a\nb'])('signs under no name like %j', (name) => {
  expect(() => signNote('x\n', name, own.privateKey)).toThrow(NoteError);
});
