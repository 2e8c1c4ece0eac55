import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { markOf } from '@restartix/embedded';
import { AlreadyRunningError, takeLock } from './lock';

describe('the lock of a lab folder', () => {
  let dir: string;
  let path: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'lock-'));
    path = join(dir, 'lock');
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('is taken once, and names the process that holds it', () => {
    takeLock(path);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(markOf(process.pid));
    expect(() => takeLock(path)).toThrow(AlreadyRunningError);
    expect(() => takeLock(path)).toThrow(`The lab already runs here (process ${process.pid})`);
  });

  it.each([
    ['a process that has ended', { pid: 2 ** 22 + 1, startTime: '1' }],
    ['a process whose id another one has now', { pid: process.pid, startTime: '1' }],
  ])('is taken over from %s', (_, mark) => {
    writeFileSync(path, JSON.stringify(mark));
    takeLock(path);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(markOf(process.pid));
  });

  it('is taken over when it was left half written', () => {
    writeFileSync(path, '{"pid":');
    takeLock(path);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(markOf(process.pid));
  });
});
