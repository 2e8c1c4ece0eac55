import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNode, runProgram } from './command';
import type { Check } from './fault';

const PROGRAM = 'dist/apps/core-api/src/openapi.js';
const DOCUMENT = 'apps/core-api/openapi.json';
const TOLD = `differs from what core-api serves (npm run openapi)`;

/** The committed OpenAPI document is the one that the code makes. */
export const OPEN_API: Check = {
  name: 'openapi',
  holds: `${DOCUMENT} is what core-api serves`,
  async inspect({ root, fix }) {
    const built = await runProgram('nx', ['run', 'core-api:build'], { cwd: root });
    if (built.code !== 0)
      return [{ where: 'core-api', what: `is not built:\n${built.stdout}${built.stderr}` }];
    const { code, stdout, stderr } = await runNode([PROGRAM], { cwd: root });
    if (code !== 0) return [{ where: PROGRAM, what: stderr.trim() || `ended with ${code}` }];
    const document = `${JSON.stringify(JSON.parse(stdout), null, 2)}\n`;
    const path = join(root, DOCUMENT);
    if (fix) writeFileSync(path, document);
    const committed = existsSync(path) ? readFileSync(path, 'utf8') : '';
    return committed === document ? [] : [{ where: DOCUMENT, what: TOLD }];
  },
};
