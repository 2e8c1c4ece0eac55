import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Kept by a fresh start: packages, nothing of the platform. */
const KEPT = ['cache', 'lock'];

/** The folder everything of the lab lies in. Files are written whole or not at all, and for the owner only. */
export class LabFolder {
  constructor(readonly path: string) {}

  make(): void {
    mkdirSync(this.path, { recursive: true });
  }

  file(...parts: string[]): string {
    return join(this.path, ...parts);
  }

  read<T>(name: string): T | undefined {
    try {
      return JSON.parse(readFileSync(this.file(name), 'utf8')) as T;
    } catch {
      return undefined;
    }
  }

  /** What is in the file, or else what `make` makes, which is then in the file. */
  readOrMake<T extends object>(name: string, make: () => T): T {
    const found = this.read<T>(name);
    if (found !== undefined) return found;
    const made = make();
    this.write(name, made);
    return made;
  }

  write(name: string, content: object): void {
    this.writeBytes(name, Buffer.from(`${JSON.stringify(content, null, 2)}\n`));
  }

  writeBytes(name: string, content: Buffer): void {
    const half = this.file(`${name}.${process.pid}.half`);
    writeFileSync(half, content, { mode: 0o600 });
    renameSync(half, this.file(name));
  }

  has(name: string): boolean {
    return existsSync(this.file(name));
  }

  remove(name: string): void {
    rmSync(this.file(name), { recursive: true, force: true });
  }

  /** Forgets every earlier run: data, keys, ports. */
  clear(): void {
    for (const name of readdirSync(this.path)) if (!KEPT.includes(name)) this.remove(name);
  }
}
