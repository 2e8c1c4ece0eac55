import { execFile } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import vectors from '../vectors/vectors.json';
import { verifyExport } from './export-verifier';
import { linesOf } from './lines';

const FOLDER = join(__dirname, '../vectors');
const KEY = join(FOLDER, 'public-key.pem');
const SECOND = join(__dirname, '../second/verify_audit.py');
const pinned = [createPublicKey(readFileSync(KEY))];

const second = (file: string, pastTerm: number): Promise<unknown> =>
  new Promise((resolve, reject) =>
    execFile('python3', [SECOND, file, KEY, String(pastTerm)], (error, stdout, stderr) => {
      if (stdout) resolve(JSON.parse(stdout));
      else reject(new Error(stderr || error?.message));
    }),
  );

describe.each(vectors)('$name', ({ name, verdict, past_term }) => {
  const file = join(FOLDER, `${name}.ndjson`);

  it('is judged as the vector says', async () => {
    expect(await verifyExport(linesOf(file), pinned, past_term)).toEqual(verdict);
  });

  it('is judged the same by the second verifier', async () => {
    expect(await second(file, past_term)).toEqual(verdict);
  });
});
