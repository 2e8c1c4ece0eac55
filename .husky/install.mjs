/** Puts the commit hooks in place after an install: not in CI, not in an image, not where git config husky.skip says so. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

function unwanted() {
  if (process.env.CI || process.env.NODE_ENV === 'production' || !existsSync('.git')) return true;
  try {
    return execFileSync('git', ['config', '--get', 'husky.skip'], { encoding: 'utf8' }).trim() === 'true';
  } catch {
    return false; // not set
  }
}

if (!unwanted()) {
  const husky = await import('husky').catch(() => null);
  if (husky) process.stdout.write(husky.default());
}
