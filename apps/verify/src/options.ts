import { createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

export const USAGE = `Checks the audit log as an outsider. Exit codes: 0 as recorded, 1 not, 2 not understood.

  npm run verify-audit -- --file export.ndjson
  npm run verify-audit -- --database URL --copy PATH
  npm run verify-audit -- --copy PATH
  npm run verify-audit -- --consistency old.note new.note [--copy PATH | --database URL | --proof proof.json]

--public-key key.pem   the pinned keys; else audit-public-key.pem here, else the one of the lab that runs here
--past-term N          of --file: events at places below N may be absent, because their term has passed
--dropped-before DATE  of --database: rows of events before that instant may be gone, because their term has passed
--settled              of --database: nothing is being written, so an entry that no checkpoint covers is a fault
--limit N              print at most so many bad entries (1000); the verdict counts all
`;
const PEM = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g;
const KEY_FILES = ['audit-public-key.pem', '.lab/audit-public-key.pem'];

/** The question was not understood. */
export class UsageError extends Error {}

export type Options = ReturnType<typeof readOptions>;

/** What was asked. Throws {@link UsageError}. */
export function readOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      file: { type: 'string' },
      copy: { type: 'string' },
      database: { type: 'string' },
      consistency: { type: 'boolean', default: false },
      proof: { type: 'string' },
      'past-term': { type: 'string', default: '0' },
      'dropped-before': { type: 'string' },
      settled: { type: 'boolean', default: false },
      limit: { type: 'string', default: '1000' },
      'public-key': { type: 'string' },
    },
  });
  const term = values['dropped-before'] ?? null;
  if (term !== null && Number.isNaN(Date.parse(term))) throw new UsageError(`${term} is no date`);
  return { ...values, notes: positionals, droppedBefore: term, pinned: keysIn(values['public-key']) };
}

function keysIn(given: string | undefined): KeyObject[] {
  const path = given ?? KEY_FILES.find((file) => existsSync(file));
  if (!path) throw new UsageError(`There is no key to hold the log against: give --public-key`);
  const keys = (readFileSync(path, 'utf8').match(PEM) ?? []).map((pem) => createPublicKey(pem));
  if (keys.length === 0) throw new UsageError(`${path} holds no public key`);
  return keys;
}
