import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { verifyNotes } from './consistency-verifier';
import { verifyExport } from './export-verifier';
import { linesOf } from './lines';
import type { Verdict } from './verdict';

const USAGE = `Checks the audit log of an organization without network and database.

  npm run verify-audit -- --file export.ndjson --public-key key.pem
  npm run verify-audit -- --consistency old.note new.note --proof proof.json --public-key key.pem

proof.json is an answer of GET /v1/audit-logs/consistency. --public-key may name several keys in one file.
--past-term N: events at places below N may be absent from the export, because their term has passed.
`;
const PEM = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g;

/** Exit codes: 0 all is as recorded, 1 it is not, 2 the question was not understood. */
async function main(): Promise<number> {
  const verdict = await answer();
  if (!verdict) {
    process.stderr.write(USAGE);
    return 2;
  }
  process.stdout.write(`${JSON.stringify(verdict)}\n`);
  return verdict.ok ? 0 : 1;
}

async function answer(): Promise<Verdict | null> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      file: { type: 'string' },
      consistency: { type: 'boolean' },
      proof: { type: 'string' },
      'past-term': { type: 'string', default: '0' },
      'public-key': { type: 'string' },
    },
  });
  const keyFile = values['public-key'];
  if (!keyFile) return null;
  const pinned = keysIn(keyFile);
  if (values.file) return verifyExport(linesOf(values.file), pinned, Number(values['past-term']));
  const [earlier, later] = positionals;
  if (!values.consistency || !earlier || !later || !values.proof) return null;
  const notes = { earlier: readFileSync(earlier, 'utf8'), later: readFileSync(later, 'utf8') };
  const { data } = JSON.parse(readFileSync(values.proof, 'utf8')) as { data: { hashes: string[] } };
  return verifyNotes(notes, data.hashes, pinned);
}

function keysIn(path: string): KeyObject[] {
  return (readFileSync(path, 'utf8').match(PEM) ?? []).map((pem) => createPublicKey(pem));
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exitCode = 2;
  },
);
