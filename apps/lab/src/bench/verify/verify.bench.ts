import { spawn } from 'node:child_process';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { createReadStream, createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { text } from 'node:stream/consumers';
import { AUDIT_BATCH_MAX, type AuditGetResponse } from '@restartix/contracts';
import { openCheckpoint, verifyInclusion } from '@restartix/crypto';
import { workspaceRoot } from '@restartix/embedded';
import type { ChannelClient } from '@restartix/service-channel';
import type { DevelopmentKeys } from '@restartix/testing';
import { KEYS_FILE } from '../../state/demo';
import { EventSource } from '../audit/events';
import { ingest } from '../audit/ingest';
import { assertStored, sealed } from '../audit/stored';
import type { Figure, Finding } from '../figure';
import type { Bench, BenchOptions } from '../harness';
import { runName } from '../load/requests';
import { untilQuiet } from '../machine';
import { BenchPlatform } from '../platform';
import { quantile, spreadOf } from '../statistics';

const EVENTS = 100_000;
const IN_FLIGHT = 4;
/** Proofs of a round. */
const PROOFS = 300;
const VERIFIER = 'dist/apps/verify/src/main.js';

const RATE: Figure = {
  name: 'offline verification, rows/s',
  better: 'larger',
  floor: 50_000,
  goal: 100_000,
  stretch: 300_000,
};
const PROOF: Figure = { name: 'inclusion proof p99, ms', better: 'smaller', floor: 20, goal: 5, stretch: 1 };

type Verdict = { ok: boolean; checked?: number; leaf_index?: number | null };

/** Figure 8. */
export const VERIFY: Bench = {
  name: 'verify',
  about:
    'the offline verifier on an export (from its start to its verdict); an event with its inclusion proof',
  run: async (options) => {
    const platform = await BenchPlatform.start();
    const channel = platform.channel();
    try {
      const events = options.events ?? EVENTS;
      const run = runName();
      const organization = platform.facts.organizations[0]?.id ?? 1;
      const source = new EventSource(run, [organization]);
      await ingest(channel, source.batches(events, AUDIT_BATCH_MAX), IN_FLIGHT);
      await assertStored(platform.telemetry, run, events);
      await sealed(platform.telemetry);
      return [
        await verification(platform, options),
        await proofs(platform, channel, { organization, run }, options),
      ];
    } finally {
      channel.close();
      await platform.stop();
    }
  },
};

async function verification(platform: BenchPlatform, options: BenchOptions): Promise<Finding> {
  const [file, key] = ['export.ndjson', 'key.pem'].map((name) => join(platform.dir, name)) as [
    string,
    string,
  ];
  writeFileSync(key, auditKeys(platform).publicKey);
  const exporting = performance.now();
  const events = (await exportTo(platform, file)) - 2; // a head and an end
  options.say(
    `  ${events.toLocaleString('en')} events exported in ${((performance.now() - exporting) / 1000).toFixed(1)} s`,
  );
  const rates: number[] = [];
  for (let round = 0; round <= options.rounds; round += 1) {
    await untilQuiet(options.patienceMs);
    const start = performance.now();
    const verdict = await verify(file, key);
    const rate = (events * 1000) / (performance.now() - start);
    if (!verdict.ok || verdict.checked !== events)
      throw new Error(`A sound export: ${JSON.stringify(verdict)}`);
    if (round === 0) continue; // warms up
    rates.push(rate);
    options.say(`  round ${round} of ${options.rounds}: ${Math.round(rate).toLocaleString('en')} rows/s`);
  }
  await assertNotFooled(file, key, events);
  return { figure: RATE, spread: spreadOf(rates) };
}

/** Downloads the trail of the first organization. Answers how many lines it has. */
async function exportTo({ facts }: BenchPlatform, file: string): Promise<number> {
  const answer = await fetch(`${facts.coreApi}/v1/audit-logs/export?format=ndjson`, {
    headers: { authorization: `Bearer ${facts.organizations[0]?.tokens.compliance}` },
  });
  if (answer.status !== 200 || !answer.body) throw new Error(`The export was answered ${answer.status}`);
  await pipeline(Readable.fromWeb(answer.body as ReadableStream), createWriteStream(file));
  let lines = 0;
  for await (const chunk of createReadStream(file)) {
    for (const byte of chunk as Buffer) if (byte === 10) lines += 1;
  }
  return lines;
}

async function verify(file: string, key: string): Promise<Verdict> {
  const args = [join(workspaceRoot(), VERIFIER), '--file', file, '--public-key', key];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(await text(child.stdout)) as Verdict;
}

/** An export with one changed event in its middle is refused, and the event named. */
async function assertNotFooled(file: string, key: string, events: number): Promise<void> {
  const lines = readFileSync(file, 'utf8').split('\n');
  const place = Math.floor(events / 2);
  lines[place + 1] = (lines[place + 1] ?? '').replace('"success":true', '"success":false');
  writeFileSync(file, lines.join('\n'));
  const verdict = await verify(file, key);
  if (verdict.ok || verdict.leaf_index !== place)
    throw new Error(`A changed export: ${JSON.stringify(verdict)}`);
}

/** Events from all over the log, each with its proof, over the channel; every proof leads to the signed root. */
async function proofs(
  platform: BenchPlatform,
  channel: ChannelClient,
  { organization, run }: { organization: number; run: string },
  options: BenchOptions,
): Promise<Finding> {
  const key = createPublicKey(auditKeys(platform).publicKey);
  const ids = await platform.telemetry.query<{ id: string }>(
    `select event_id as id from audit.audit_logs where request_id like $1 || '-%' order by random() limit $2`,
    [run, PROOFS],
  );
  const p99s: number[] = [];
  for (let round = 0; round <= options.rounds; round += 1) {
    await untilQuiet(options.patienceMs);
    const times: number[] = [];
    for (const { id } of ids) {
      const start = performance.now();
      const answer = await channel.post<AuditGetResponse>('/internal/v1/audit-logs/get', {
        organization_id: organization,
        event_id: id,
        reveal_identity: false,
      });
      times.push(performance.now() - start);
      assertProven(answer, key);
    }
    if (round === 0) continue; // warms up
    p99s.push(quantile(times, 0.99));
    options.say(
      `  round ${round} of ${options.rounds}: p50 ${quantile(times, 0.5).toFixed(2)} ms, p99 ${quantile(times, 0.99).toFixed(2)} ms`,
    );
  }
  return { figure: PROOF, spread: spreadOf(p99s) };
}

function assertProven({ entry }: AuditGetResponse, key: KeyObject): void {
  const proof = entry?.proof;
  if (!entry || !proof) throw new Error('An event has no proof');
  const { size, root } = openCheckpoint(proof.checkpoint, [key]);
  const hashes = proof.hashes.map((hash) => Buffer.from(hash, 'hex'));
  const leaf = Buffer.from(entry.leaf_hash, 'hex');
  if (!verifyInclusion(leaf, proof.leaf_index, size, hashes, root))
    throw new Error(`The proof of ${entry.event_id} leads elsewhere`);
}

function auditKeys({ dir }: BenchPlatform): DevelopmentKeys['audit'] {
  return (JSON.parse(readFileSync(join(dir, KEYS_FILE), 'utf8')) as DevelopmentKeys).audit;
}
