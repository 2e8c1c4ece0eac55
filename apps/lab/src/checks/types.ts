import { runProgram } from './command';
import type { Check, Fault } from './fault';

const DIAGNOSTIC = /^(.+?)\((\d+),\d+\): error (TS\d+: .+)$/;

/** The whole workspace passes the strict type check. */
export const TYPES: Check = {
  name: 'types',
  holds: 'strict TypeScript, the whole workspace at once',
  async inspect({ root }) {
    const { code, stdout, stderr } = await runProgram('tsc', ['-p', 'tsconfig.json', '--pretty', 'false'], {
      cwd: root,
    });
    if (code === 0) return [];
    const faults = stdout.split('\n').flatMap(readDiagnostic);
    return faults.length > 0 ? faults : [{ where: 'tsc', what: `${stdout}${stderr}`.trim() }];
  },
};

function readDiagnostic(line: string): Fault[] {
  const [, file, number, what] = DIAGNOSTIC.exec(line) ?? [];
  return file && what ? [{ where: `${file}:${number}`, what }] : [];
}
