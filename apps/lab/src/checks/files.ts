import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What holds nothing written by hand; `.git` is a file where the workspace is one of several worktrees. */
export const UNWRITTEN = ['node_modules', 'dist', 'coverage', 'tmp', '.git', '.lab', '.nx'];

/** A file of the workspace: its path from the top with forward slashes, and its text when asked for. */
export interface SourceFile {
  path: string;
  text(): string;
}

/** Every file below a folder of the workspace, sorted by path. A folder that is not there has no files. */
export function filesUnder(root: string, folder = ''): SourceFile[] {
  const files: SourceFile[] = [];
  for (const entry of entriesOf(join(root, folder))) {
    if (UNWRITTEN.includes(entry.name)) continue;
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (entry.isDirectory()) {
      files.push(...filesUnder(root, path));
    } else if (entry.isFile()) {
      files.push({ path, text: () => readFileSync(join(root, path), 'utf8') });
    }
  }
  return files;
}

/** The folders directly below a folder of the workspace. */
export function foldersIn(root: string, folder: string): string[] {
  return entriesOf(join(root, folder))
    .filter((entry) => entry.isDirectory() && !UNWRITTEN.includes(entry.name))
    .map((entry) => entry.name);
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

/** The line a position of a text is in, from 1. */
export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}
