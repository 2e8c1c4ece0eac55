import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The workspace as the packaging sees it: paths from its top, with forward slashes. */
export interface Tree {
  text(path: string): string;
  exists(path: string): boolean;
  isExecutable(path: string): boolean;
  /** Names of what is directly in a folder; none when there is no such folder. */
  names(folder: string): string[];
  /** Paths of every file below a folder, sorted; none when there is no such folder. */
  files(folder: string): string[];
}

/** Something that does not fit: where, and what is wrong with it. */
export interface Fault {
  where: string;
  what: string;
}

/** The files below a folder. */
export function readTree(root: string): Tree {
  const at = (path: string) => join(root, path);
  return {
    text: (path) => readFileSync(at(path), 'utf8'),
    exists: (path) => existsSync(at(path)),
    isExecutable: (path) => isExecutable(at(path)),
    names: (folder) => (existsSync(at(folder)) ? readdirSync(at(folder)).sort() : []),
    files: (folder) => filesBelow(root, folder),
  };
}

function filesBelow(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
