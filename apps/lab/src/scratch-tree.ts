import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { UNWRITTEN } from './checks/files';

/** A copy of the workspace that may be spoilt: violations are planted there, never in the working tree. */
export class ScratchTree {
  private constructor(readonly root: string) {}

  /** Copies what is written by hand; packages, and a redis-server fetched earlier, are shared by a link. */
  static copyOf(workspace: string): ScratchTree {
    const root = mkdtempSync(join(tmpdir(), 'restartix-scratch-'));
    for (const name of readdirSync(workspace).filter((entry) => !UNWRITTEN.includes(entry))) {
      cpSync(join(workspace, name), join(root, name), {
        recursive: true,
        filter: (path) => !UNWRITTEN.includes(basename(path)),
      });
    }
    symlinkSync(join(workspace, 'node_modules'), join(root, 'node_modules'));
    const cache = join(workspace, '.lab/cache');
    if (existsSync(cache)) {
      mkdirSync(join(root, '.lab'));
      symlinkSync(cache, join(root, '.lab/cache'));
    }
    return new ScratchTree(root);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  plant(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
