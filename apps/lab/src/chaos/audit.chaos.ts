import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { seeded } from '@restartix/testing';
import { Lab } from '../lab';
import { auditFindings, type AuditFindings } from './audit-findings';
import { faultsOf, type Fault } from './faults';
import { Load } from './load';
import { SlowChannel } from './slow-channel';
import { MAY_MOUNT, SmallDisk } from './small-disk';
import { Watch } from './watch';

export interface ChaosOptions {
  operations: number;
  seed: number;
  say: (line: string) => void;
}

/** What one fault did: how long until everything was delivered and sealed again, and what it cost meanwhile. */
export interface FaultOutcome {
  name: string;
  seconds: number;
  unacknowledged: number;
  waiting: number;
}

export interface ChaosResult {
  faults: FaultOutcome[];
  findings: AuditFindings;
  /** From the last answer to the last event delivered and sealed. */
  drainedAfterSeconds: number;
  sealing: Watch['sealing'];
  /** Whether the disk of the telemetry database was made full. */
  diskWasFilled: boolean;
}

const IN_FLIGHT = 16;
/** Largest size of the disk of the telemetry database while it is not full. */
const DISK_BYTES = 4 * 1024 ** 3;
/** Part of the operations over which the faults are spread. */
const SPREAD = 0.95;
const REMINDER_MS = 15_000;

/** Audited operations while everything around the record fails, one thing after another. */
export async function audit({ operations, seed, say }: ChaosOptions): Promise<ChaosResult> {
  const dir = mkdtempSync(join(tmpdir(), 'restartix-chaos-'));
  const telemetry = join(dir, 'telemetry-postgres');
  const disk = process.env[MAY_MOUNT] ? SmallDisk.mount(telemetry, DISK_BYTES) : null;
  const channel = new SlowChannel();
  const lab = new Lab({ dir, quiet: true, channel: (port) => channel.before(port) });
  let watch: Watch | undefined;
  try {
    const { coreApi, organizations, auditCopy, auditPublicKey } = await lab.start();
    watch = new Watch(lab.superuserUrls);
    await watch.open();
    const tools = { lab, channel, telemetryData: join(telemetry, 'data'), disk };
    const faults = faultsOf(tools, seeded(seed));
    const run = new Run(lab, watch, new Load(coreApi, organizations, seed), say);
    const outcomes = await run.under(faults, operations);
    const ended = Date.now();
    await lab.whenReady();
    await watch.emptied();
    const drainedAfterSeconds = (Date.now() - ended) / 1000;
    await sleep(2_000); // the copy follows the last checkpoint
    const place = { database: lab.superuserUrls.telemetry, copy: auditCopy, publicKey: auditPublicKey };
    const findings = await auditFindings(watch, outcomes, place);
    return {
      faults: run.outcomes,
      findings,
      drainedAfterSeconds,
      sealing: watch.sealing,
      diskWasFilled: disk !== null,
    };
  } finally {
    await watch?.close();
    await lab.stop();
    channel.close();
    disk?.unmount();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The load, and the faults one after another while it goes on. */
class Run {
  readonly outcomes: FaultOutcome[] = [];
  private answered = 0;

  constructor(
    private readonly lab: Lab,
    private readonly watch: Watch,
    private readonly load: Load,
    private readonly say: (line: string) => void,
  ) {}

  async under(faults: readonly Fault[], operations: number): ReturnType<Load['run']> {
    const began = Date.now();
    const seconds = () => Math.round((Date.now() - began) / 1000);
    const reminder = setInterval(
      () => this.say(`… ${this.answered} of ${operations} operations, ${seconds()} s`),
      REMINDER_MS,
    );
    let left = faults.length;
    const outcomes = this.load.run({
      requests: operations,
      inFlight: IN_FLIGHT,
      onAnswered: (count) => (this.answered = count),
      while: () => left > 0,
    });
    for (const [at, fault] of faults.entries()) {
      const due = Math.floor((operations * SPREAD * (at + 0.5)) / faults.length);
      while (this.answered < due) await sleep(20);
      this.outcomes.push(await this.inflict(fault, `${at + 1} of ${faults.length}`));
      left -= 1;
    }
    const all = await outcomes;
    clearInterval(reminder);
    this.say(`${this.answered} operations acknowledged in ${seconds()} s`);
    return all;
  }

  private async inflict({ name, inflict }: Fault, which: string): Promise<FaultOutcome> {
    const refused = this.load.refused;
    this.watch.takeMost();
    await inflict();
    const over = Date.now();
    await this.lab.whenReady();
    await this.watch.caughtUp();
    const outcome = {
      name,
      seconds: (Date.now() - over) / 1000,
      unacknowledged: this.load.refused - refused,
      waiting: this.watch.takeMost(),
    };
    this.say(
      `fault ${which}, ${name}: caught up after ${outcome.seconds.toFixed(1)} s; ` +
        `${outcome.waiting} events waited, ${outcome.unacknowledged} requests were sent again`,
    );
    return outcome;
  }
}
