import { execFile } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import copies from '../vectors/copies.json';
import { Copy } from './copy';
import { verifyCopies } from './database-verifier';
import type { LogFinding } from './log-finding';

const KEY = join(__dirname, '../vectors/public-key.pem');
const SECOND = join(__dirname, '../second/verify_copy.py');

const second = (folder: string): Promise<unknown> =>
  new Promise((resolve, reject) =>
    execFile('python3', ['-B', SECOND, folder, KEY], (error, stdout, stderr) => {
      if (stdout) resolve(JSON.parse(stdout));
      else reject(new Error(stderr || error?.message));
    }),
  );

describe.each(copies)('the copy "$name"', ({ files, findings, proven }) => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'audit-copy-'));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is judged as the vector says', async () => {
    const found: LogFinding[] = [];
    const logs = await verifyCopies(
      new Copy(folder),
      [createPublicKey(readFileSync(KEY))],
      (finding) => void found.push(finding),
    );
    expect(found).toEqual(findings);
    expect(Object.fromEntries([...logs].map(([id, { leaves }]) => [id, leaves]))).toEqual(proven);
  });

  it('is judged the same by the second verifier', async () => {
    expect(await second(folder)).toEqual({ findings, proven });
  });
});
