import { existsSync } from 'node:fs';
import { readJson, runProgram, withResultFile } from './command';
import { CHECKS, print, runChecks } from './steps';

interface JestResult {
  numTotalTests: number;
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numRuntimeErrorTestSuites: number;
}

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** A line is printed after so long a silence, so that a long test is not taken for a hung one. */
const SILENCE_MS = 30_000;

/** `npm test`: the checks, the build and every spec; the last line counts them. */
async function main(): Promise<void> {
  if (process.env.DATABASE_URL) {
    print(
      'npm test does not run while DATABASE_URL is set: it never touches the database of a running platform.\n' +
        'Unset it. The tests start their own servers, or take TEST_DATABASE_URL, TEST_TELEMETRY_DATABASE_URL,\n' +
        'TEST_CLICKHOUSE_URL and TEST_REDIS_URL.\n',
    );
    process.exitCode = 1;
    return;
  }
  const root = process.cwd();
  const checks = await runChecks(CHECKS, { root, fix: false });
  const build = await runBuild(root);
  const specs = await runSpecs(root);
  const total = sum([{ ...checks, skipped: 0 }, build, specs]);
  process.exitCode = total.failed === 0 ? 0 : 1;
  print(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
}

async function runBuild(root: string): Promise<Counts> {
  print('build ');
  const { code, stdout, stderr } = await runProgram('nx', ['run-many', '-t', 'build'], { cwd: root });
  print(code === 0 ? 'passed\n' : `FAILED\n${stdout}${stderr}\n`);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

/** Runs jest and reads its own count: a spec file that cannot run counts as one failed test. */
function runSpecs(root: string): Promise<Counts> {
  return withResultFile(async (path) => {
    const progress = reportSilence();
    const args = ['--json', `--outputFile=${path}`, '--verbose=false'];
    const { code } = await runProgram('jest', args, {
      cwd: root,
      onOutput: progress.heard,
    });
    progress.stop();
    if (!existsSync(path)) return { passed: 0, failed: 1, skipped: 0 };
    const result = readJson<JestResult>(path);
    const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
    return {
      passed: result.numPassedTests,
      failed: failed === 0 && (code !== 0 || result.numTotalTests === 0) ? 1 : failed,
      skipped: result.numPendingTests + result.numTodoTests,
    };
  });
}

function reportSilence() {
  const start = Date.now();
  const say = () => print(`… still running, ${Math.round((Date.now() - start) / 1000)} s\n`);
  let timer = setInterval(say, SILENCE_MS);
  return {
    heard(this: void, chunk: string) {
      clearInterval(timer);
      timer = setInterval(say, SILENCE_MS);
      print(chunk);
    },
    stop: () => clearInterval(timer),
  };
}

function sum(counts: Counts[]): Counts {
  const add = (key: keyof Counts) => counts.reduce((total, count) => total + count[key], 0);
  return { passed: add('passed'), failed: add('failed'), skipped: add('skipped') };
}

void main();
