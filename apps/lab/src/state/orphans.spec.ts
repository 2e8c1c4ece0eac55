import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LabFolder } from './lab-folder';
import { endOrphans, ProcessRecord } from './orphans';

describe('processes of an earlier run', () => {
  let folder: LabFolder;
  let child: ChildProcess;

  beforeEach(() => {
    folder = new LabFolder(mkdtempSync(join(tmpdir(), 'orphans-')));
    child = spawn('sleep', ['600'], { stdio: 'ignore' });
  });
  afterEach(() => {
    child.kill('SIGKILL');
    rmSync(folder.path, { recursive: true, force: true });
  });

  it('are ended, and forgotten', async () => {
    new ProcessRecord(folder).note('redis', child.pid!);
    const ended = new Promise((resolve) => void child.once('exit', (_, signal) => resolve(signal)));
    await expect(endOrphans(folder)).resolves.toBe(1);
    await expect(ended).resolves.toBe('SIGINT');
    await expect(endOrphans(folder)).resolves.toBe(0);
  });

  it('are left alone when their process id belongs to another program now', async () => {
    folder.write('processes.json', { redis: { pid: child.pid, startTime: '1' } });
    await expect(endOrphans(folder)).resolves.toBe(0);
    expect(child.exitCode ?? child.signalCode).toBeNull();
  });
});
