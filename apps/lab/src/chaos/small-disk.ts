import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { statfs } from 'node:fs/promises';

/** Says that this process may mount: run.mjs has put it into a user namespace of its own. */
export const MAY_MOUNT = 'CHAOS_MAY_MOUNT';

/** What is left when the disk is full. */
const SLACK_BYTES = 65_536;

/** A file system in memory that can be made full: its size shrinks to what is in it. */
export class SmallDisk {
  private constructor(
    private readonly path: string,
    private readonly bytes: number,
  ) {}

  /** Mounts it at a folder. The caller must be root of a user namespace. */
  static mount(path: string, bytes: number): SmallDisk {
    mkdirSync(path, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path]);
    return new SmallDisk(path, bytes);
  }

  async fill(): Promise<void> {
    const { blocks, bfree, bsize } = await statfs(this.path);
    this.resize((blocks - bfree) * bsize + SLACK_BYTES);
  }

  relieve(): void {
    this.resize(this.bytes);
  }

  unmount(): void {
    execFileSync('umount', ['--lazy', this.path]);
  }

  private resize(bytes: number): void {
    execFileSync('mount', ['-o', `remount,size=${bytes}`, this.path]);
  }
}
