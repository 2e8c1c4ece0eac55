import { runProgram } from './command';
import type { Check } from './fault';

/** Every file is written as Prettier writes it. */
export const FORMAT: Check = {
  name: 'format',
  holds: 'every file is written as Prettier writes it',
  async inspect({ root, fix }) {
    const mode = fix ? '--write' : '--list-different';
    const { code, stdout, stderr } = await runProgram('prettier', [mode, '.'], { cwd: root });
    if (code === 0) return [];
    const files = fix ? [] : stdout.split('\n').filter(Boolean);
    const faults = files.map((where) => ({ where, what: 'is not formatted (npm run format)' }));
    return faults.length > 0 ? faults : [{ where: 'prettier', what: stderr.trim() || `ended with ${code}` }];
  },
};
