import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Child, running } from '@restartix/embedded';
import { Supervised } from './supervised';

/** Longer than a child needs to come back. */
const A_WHILE_MS = 500;

describe('a child that is supervised', () => {
  const dir = mkdtempSync(join(tmpdir(), 'supervised-'));
  const said: string[] = [];
  let child: Supervised;

  beforeAll(() => {
    child = new Supervised({
      start: async (onSpawn) => {
        const options = { name: 'idler', command: ['sleep', '600'], logFile: join(dir, 'log') };
        const started = new Child(options);
        onSpawn(started);
        return running(started, '', 0);
      },
      onSpawn: () => undefined,
      onUp: () => void said.push('up'),
      onDown: () => void said.push('down'),
      onFailure: (error) => void said.push(error.message),
    });
    return child.begin();
  });
  afterAll(async () => {
    await child.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('comes back when it is killed', async () => {
    child.kill();
    await child.whenUp();
    expect(said).toEqual(['up', 'down', 'up']);
    expect(child.restarts).toBe(1);
  });

  it('stays away while it is held, and comes back when it is released', async () => {
    await child.hold();
    await sleep(A_WHILE_MS);
    expect([child.isUp, child.restarts]).toEqual([false, 1]);
    await expect(child.hold()).rejects.toThrow('Only what is up');
    child.release();
    await child.whenUp();
    expect([child.isUp, child.restarts]).toEqual([true, 2]);
  });

  it('ends for good although it is held', async () => {
    await child.hold();
    await child.stop();
    await sleep(A_WHILE_MS);
    expect([child.isUp, child.restarts]).toEqual([false, 2]);
  });
});
