import { randomBytes } from 'node:crypto';
import type { AuditEvent, AuditLogEntry, AuditSearchResponse } from '@restartix/contracts';
import { canonicalJson, leafHash } from '@restartix/crypto';
import { v7 as uuidv7 } from 'uuid';
import { canonicalAddress } from '../src/ip-address';
import { auditEvent, ingest } from './events';
import { AuditRecorderService } from '../src/audit-log/audit-recorder.service';
import { storedEvent } from '../src/audit-log/audit-log.mapper';
import { AuditLogRepository } from '../src/audit-log/audit-log.repository';
import type { AuditLogRow } from '../src/audit-log/audit-log.row';
import { IntegrityService } from '../src/integrity/integrity.service';
import vectors from '../src/integrity/leaf-vectors.json';
import { Telemetry, type Instance } from './telemetry';

let telemetry: Telemetry;
let instance: Instance;

beforeAll(async () => {
  telemetry = await Telemetry.create();
  instance = await telemetry.start();
});
afterAll(() => telemetry.stop());

/** The rows as PostgreSQL gives them back, with the leaf that was stored beside each. */
const rows = () =>
  telemetry.sql<AuditLogRow>(
    'select row.*, leaf.leaf_index, leaf.leaf_hash from audit.audit_logs row join integrity.leaves leaf using (event_id)',
  );

it('rebuilds the canonical text and the hash of every vector from its row', async () => {
  const entries = instance.app.get(AuditLogRepository, { strict: false });
  const integrity = instance.app.get(IntegrityService, { strict: false });
  const leaves = vectors.map(({ event }) => integrity.leafOf(event as AuditEvent));
  const added = entries.adding(leaves.map(({ canonical }) => canonical));
  await entries.write([added, ...integrity.appending(leaves)]);
  const read = new Map((await rows()).map((row) => [row.event_id, row]));
  for (const { name, event, canonical, leaf_hash } of vectors) {
    const row = read.get(event.event_id) as AuditLogRow;
    expect([name, canonicalJson(storedEvent(row))]).toEqual([name, canonical]);
    expect([name, row.leaf_hash.toString('hex')]).toEqual([name, leaf_hash]);
  }
});

it('rebuilds the hash of events that came in any writing', async () => {
  const events = [
    auditEvent({ ip_address: '2001:DB8:0:0:0:0:0:1/128', timestamp: '2026-05-01T12:00:00.9876+03:00' }),
    auditEvent({
      event_id: uuidv7().toUpperCase(),
      user_id: uuidv7().toUpperCase(),
      ip_address: '::FFFF:c000:201',
    }),
    auditEvent({
      organization_id: 2,
      user_email: 'ærlig@clinic.example',
      details: { description: '🏥', list: [3, 1, 2] },
    }),
    auditEvent({ organization_id: 2, user_email: null, user_id: null }),
  ];
  await ingest(instance, events);
  const wanted = new Set(events.map(({ event_id }) => event_id.toLowerCase()));
  const read = (await rows()).filter(({ event_id }) => wanted.has(event_id));
  expect(read).toHaveLength(4);
  for (const row of read) {
    expect(leafHash(canonicalJson(storedEvent(row))).equals(row.leaf_hash)).toBe(true);
  }
});

it('takes details of 30 levels, which an export holds, and of no more by any door', async () => {
  const nested = (levels: number): unknown => (levels === 0 ? 'end' : { in: nested(levels - 1) });
  const eventOf = (levels: number) => auditEvent({ details: nested(levels) as AuditEvent['details'] });
  const recorder = instance.app.get(AuditRecorderService, { strict: false });
  const deepest = [eventOf(30), eventOf(30)] as const;
  await expect(ingest(instance, [deepest[0]])).resolves.toMatchObject([{ status: 'stored' }]);
  await expect(recorder.record([deepest[1]])).resolves.toMatchObject([{ status: 'stored' }]);
  for (const { event_id } of deepest) {
    const row = (await rows()).find((one) => one.event_id === event_id) as AuditLogRow;
    const line = canonicalJson({ event: storedEvent(row), proof: [] });
    expect(canonicalJson(JSON.parse(line))).toBe(line);
  }
  await expect(ingest(instance, [eventOf(31)])).rejects.toMatchObject({ code: 'validation_error' });
  await expect(recorder.record([eventOf(31), eventOf(1)])).resolves.toMatchObject([
    { status: 'refused', reason: expect.stringContaining('is nested too deeply') },
    { status: 'stored' },
  ]);
});

it('shows the hash of the stored row in what compliance reads', async () => {
  const { entries } = await instance.channel.post<AuditSearchResponse>('/internal/v1/audit-logs/search', {
    organization_id: 2,
    filters: {},
    page_size: 10,
    before: null,
    reveal_identity: true,
  });
  const read = new Map((await rows()).map((row) => [row.event_id, row]));
  expect(entries.length).toBeGreaterThan(0);
  for (const { event_id, leaf_hash } of entries as AuditLogEntry[]) {
    expect(leafHash(canonicalJson(storedEvent(read.get(event_id) as AuditLogRow))).toString('hex')).toBe(
      leaf_hash,
    );
  }
});

it('writes addresses as PostgreSQL prints them', async () => {
  const zeros = [
    '::',
    '::1',
    '::2',
    '1::',
    '0:0:0:1::',
    '::1:2:3',
    '::5:6',
    '1:0:0:2:0:0:0:3',
    '1:0:2:0:3:0:4:0',
  ];
  const mapped = [
    '::ffff:1.2.3.4',
    '::fffe:1.2.3.4',
    '::1.2.3.4',
    '64:ff9b::192.0.2.1',
    '0:0:0:0:0:ffff:0:0',
  ];
  const random = Array.from({ length: 300 }, () => {
    const words = Array.from(new Uint16Array(randomBytes(16).buffer.slice(0, 16)), (word) =>
      word % 3 === 0 ? 0 : word >> (word % 16),
    );
    return words.map((word) => word.toString(16)).join(':');
  });
  const given = [...zeros, ...mapped, ...random];
  const printed = await telemetry.sql<{ given: string; printed: string }>(
    'select given, host(given::inet) as printed from unnest($1::text[]) as given',
    [given],
  );
  expect(printed.map(({ given: address }) => canonicalAddress(address))).toEqual(
    printed.map((row) => row.printed),
  );
});

it('gives the leaves of a batch the places behind each log’s end, in the order of the batch', async () => {
  const places = async (events: AuditEvent[]) => {
    await ingest(instance, events);
    const stored = await telemetry.sql<{ event_id: string; place: number }>(
      'select event_id, leaf_index::int as place from integrity.leaves where event_id = any($1::uuid[])',
      [events.map(({ event_id }) => event_id)],
    );
    const byId = new Map(stored.map(({ event_id, place }) => [event_id, place]));
    return events.map(({ event_id }) => byId.get(event_id));
  };
  const of = (...organizations: number[]) =>
    organizations.map((organization_id) => auditEvent({ organization_id }));
  expect(await places(of(71, 72, 71, 73))).toEqual([0, 0, 1, 0]);
  const known = auditEvent({ organization_id: 72 });
  expect(await places([...of(73, 71), known, ...of(71, 73), known])).toEqual([1, 2, 1, 3, 2, 1]);
  expect(await places(of(72))).toEqual([2]);
});
