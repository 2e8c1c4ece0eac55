import { CHECKS, print, runChecks } from './steps';

/** `npm run check -- [names] [--fix]`: all checks, or those named; the exit code says whether they all passed. */
async function main(): Promise<void> {
  const words = process.argv.slice(2);
  const names = words.filter((word) => !word.startsWith('--'));
  const unknown = names.filter((name) => !CHECKS.some((check) => check.name === name));
  if (unknown.length > 0) {
    print(
      `There is no check called ${unknown.join(', ')}. There are: ${CHECKS.map(({ name }) => name).join(', ')}\n`,
    );
    process.exitCode = 1;
    return;
  }
  const chosen = CHECKS.filter(({ name }) => names.length === 0 || names.includes(name));
  const { passed, failed } = await runChecks(chosen, { root: process.cwd(), fix: words.includes('--fix') });
  print(`${passed} checks passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}

void main();
