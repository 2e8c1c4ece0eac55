import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The root of the workspace: the nearest folder above that has nx.json. */
export function workspaceRoot(from = __dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'nx.json'))) return folder;
    if (folder === dirname(folder)) throw new Error('nx.json was not found in any folder above.');
  }
}
