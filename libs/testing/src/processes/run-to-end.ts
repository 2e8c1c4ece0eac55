import { spawn } from 'node:child_process';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { workspaceRoot } from '@restartix/embedded';

/** The processes of the services, built. */
export const SCRIPTS = {
  coreApi: 'dist/apps/core-api/src/main.js',
  telemetryApi: 'dist/apps/telemetry-api/src/main.js',
  coreMigration: 'dist/apps/core-api/src/migrate.js',
  telemetryMigration: 'dist/apps/telemetry-api/src/migrate.js',
  provisioning: 'dist/apps/core-api/src/provision.js',
  coreKeyRotation: 'dist/apps/core-api/src/rotate-keys.js',
  telemetryKeyRotation: 'dist/apps/telemetry-api/src/rotate-keys.js',
} as const;

/** A process that ends by itself did not end well. */
export class ProcessFailedError extends Error {
  constructor(script: string, code: number | null, complaint: string) {
    super(`${basename(script)} ended with code ${code}:\n${complaint.trim()}`);
    this.name = 'ProcessFailedError';
  }
}

/** Runs a built script to its end and answers what it printed. Throws {@link ProcessFailedError}. */
export async function runToEnd(
  script: string,
  environment: Record<string, string>,
  input = '',
  options: readonly string[] = [],
): Promise<string> {
  const child = spawn(process.execPath, [join(workspaceRoot(), script), ...options], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: 'pipe',
  });
  child.stdin.on('error', () => undefined); // it may end before it has read everything
  child.stdin.end(input);
  const [output, complaint, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ]);
  if (code !== 0) throw new ProcessFailedError(script, code, complaint || output);
  return output;
}
