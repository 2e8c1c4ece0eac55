import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { UNWRITTEN } from '../../src/checks/files';

/** A copy of the workspace that may be spoilt: violations are planted there, never in the working tree. */
export class Overlay {
  private constructor(readonly root: string) {}

  /** Copies what is written by hand; the packages are shared by a link. */
  static copyOf(workspace: string): Overlay {
    const root = mkdtempSync(join(tmpdir(), 'canaries-'));
    for (const name of readdirSync(workspace).filter((entry) => !UNWRITTEN.includes(entry))) {
      cpSync(join(workspace, name), join(root, name), {
        recursive: true,
        filter: (path) => !UNWRITTEN.includes(basename(path)),
      });
    }
    symlinkSync(join(workspace, 'node_modules'), join(root, 'node_modules'));
    return new Overlay(root);
  }

  plant(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
