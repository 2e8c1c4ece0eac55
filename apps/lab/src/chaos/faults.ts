import { setTimeout as sleep } from 'node:timers/promises';
import { processesIn } from '@restartix/embedded';
import type { Lab } from '../lab';
import type { ChildName } from '../state/lab-file';
import type { SlowChannel } from './slow-channel';
import type { SmallDisk } from './small-disk';

/** Something that goes wrong; `inflict` resolves when it is over and the platform may recover. */
export interface Fault {
  name: string;
  inflict: () => Promise<void>;
}

export interface FaultTools {
  lab: Lab;
  channel: SlowChannel;
  /** Folder the files of the telemetry database lie in. */
  telemetryData: string;
  /** Null without the right to mount. */
  disk: SmallDisk | null;
}

const KILLS_EACH = 5;
const VICTIMS: readonly ChildName[] = ['telemetryApi', 'coreApi', 'postgres', 'telemetryPostgres', 'redis'];
const FROZEN_MS = 5_000;
const SLOW = { delayMs: 400, forMs: 15_000 };
const FULL_MS = 15_000;

/** Every fault of a run, in the order of a seeded draw. */
export function faultsOf(tools: FaultTools, random: () => number): Fault[] {
  const { lab, channel, telemetryData, disk } = tools;
  const kills = VICTIMS.flatMap((victim) =>
    Array.from({ length: KILLS_EACH }, () => ({
      name: `SIGKILL ${victim}`,
      inflict: () => Promise.resolve(lab.kill(victim)),
    })),
  );
  const faults: Fault[] = [
    ...kills,
    frozen('telemetryApi', (signal) => lab.kill('telemetryApi', signal)),
    frozen('coreApi', (signal) => lab.kill('coreApi', signal)),
    frozen('redis', (signal) => lab.kill('redis', signal)),
    frozen('telemetryPostgres', (signal) => {
      for (const pid of processesIn(telemetryData)) process.kill(pid, signal);
    }),
    ...[1, 2].map(() => slow(channel)),
    ...(disk ? [1, 2].map(() => full(disk)) : []),
  ];
  return faults
    .map((fault) => ({ fault, draw: random() }))
    .sort((one, other) => one.draw - other.draw)
    .map(({ fault }) => fault);
}

const frozen = (victim: ChildName, send: (signal: NodeJS.Signals) => void): Fault => ({
  name: `SIGSTOP ${victim} for ${FROZEN_MS / 1000} s`,
  inflict: async () => {
    send('SIGSTOP');
    await sleep(FROZEN_MS);
    send('SIGCONT');
  },
});

const slow = (channel: SlowChannel): Fault => ({
  name: `channel slow for ${SLOW.forMs / 1000} s (${SLOW.delayMs} ms a piece)`,
  inflict: async () => {
    channel.delayMs = SLOW.delayMs;
    await sleep(SLOW.forMs);
    channel.delayMs = 0;
  },
});

const full = (disk: SmallDisk): Fault => ({
  name: `telemetry disk full for ${FULL_MS / 1000} s`,
  inflict: async () => {
    await disk.fill();
    await sleep(FULL_MS);
    disk.relieve();
  },
});
