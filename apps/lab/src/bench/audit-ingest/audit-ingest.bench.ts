import { AUDIT_BATCH_MAX, type AuditEvent } from '@restartix/contracts';
import { EventSource } from '../audit/events';
import { ingest } from '../audit/ingest';
import { RawCopy } from '../audit/raw-copy';
import { assertSame, assertStored, sealed } from '../audit/stored';
import type { Figure } from '../figure';
import { compare, type Bench } from '../harness';
import { runName } from '../load/requests';
import { BenchPlatform } from '../platform';

/** Events of a block. */
const EVENTS = 20_000;
const IN_FLIGHT = 4;
const ORGANIZATIONS = Array.from({ length: 50 }, (_, index) => 1001 + index);

const INGEST: Figure = {
  name: 'sealed ingest ÷ raw COPY, rows/s',
  better: 'larger',
  floor: 0.1,
  goal: 0.18,
  stretch: 0.25,
};

/** Figure 1. Both sides store the same rows on the same durable server; only one of them can be shown to an auditor. */
export const AUDIT_INGEST: Bench = {
  name: 'audit-ingest',
  about: `audit events over the service channel, ${AUDIT_BATCH_MAX} a request, 2xx after commit ÷ COPY on one connection`,
  run: async (options) => {
    const platform = await BenchPlatform.start();
    const channel = platform.channel();
    const copy = await RawCopy.open(platform.lab.superuserUrls.telemetry);
    try {
      const run = runName();
      const source = new EventSource(run, ORGANIZATIONS);
      const count = Math.ceil((options.events ?? EVENTS) / AUDIT_BATCH_MAX);
      let sample: AuditEvent[] = [];
      const ratios = await compare<'rows/s'>(
        {
          name: 'sealed',
          measure: async () => {
            const batches = [...source.batches(count * AUDIT_BATCH_MAX, AUDIT_BATCH_MAX)];
            sample = batches.map(([first]) => first as AuditEvent);
            return { 'rows/s': (count * AUDIT_BATCH_MAX) / (await ingest(channel, batches, IN_FLIGHT)) };
          },
        },
        {
          name: 'COPY',
          measure: async () => {
            const events = new EventSource('copy', ORGANIZATIONS).batch(count * AUDIT_BATCH_MAX);
            return { 'rows/s': events.length / (await copy.run(events)) };
          },
        },
        options,
      );
      await assertStored(platform.telemetry, run, source.count);
      for (const event of sample) await assertSame(platform.telemetry, event);
      await sealed(platform.telemetry);
      options.say(
        `  ${source.count.toLocaleString('en')} events of ${ORGANIZATIONS.length} organizations are stored once each, without a gap, under signed checkpoints.`,
      );
      return [{ figure: INGEST, spread: ratios['rows/s'] }];
    } finally {
      channel.close();
      await copy.close().catch(() => undefined);
      await platform.stop();
    }
  },
};
