import { createPublicKey } from 'node:crypto';
import {
  AUDIT_EXPORT_FORMAT,
  type AuditCheckpoint,
  type AuditConsistency,
  type AuditEvent,
  type AuditExportEntry,
  type ProvenAuditLogEntry,
} from '@restartix/contracts';
import {
  canonicalJson,
  leafHash,
  openCheckpoint,
  verifyConsistency,
  verifyInclusion,
} from '@restartix/crypto';
import { startPlatform, type Platform } from '@restartix/testing';
import { caller, eventsOf, eventually, requestId, type Caller } from './api';
import { waitingEventOf } from './generated/things';

const bytes = (hashes: string[]) => hashes.map((hash) => Buffer.from(hash, 'hex'));

describe('the proofs of the audit trail', () => {
  let platform: Platform;
  let compliance: Caller;
  let other: Caller;

  beforeAll(async () => {
    platform = await startPlatform();
    compliance = caller(platform, platform.organizations[0]!.tokens.compliance);
    other = caller(platform, platform.organizations[1]!.tokens.compliance);
  }, 120_000);

  afterAll(() => platform?.stop());

  const pinned = () => [createPublicKey(platform.auditPublicKey)];
  const origin = (index: number) => `restartix/audit/${platform.organizations[index]!.id}`;

  const checkpointsOf = async (reader: Caller): Promise<AuditCheckpoint[]> =>
    (await reader.get('/v1/audit-logs/checkpoints?page_size=100').expect(200)).body.data as AuditCheckpoint[];

  const exported = async (reader: Caller, first = 0) => {
    const answer = await reader
      .get(`/v1/audit-logs/export?format=ndjson&first=${first}`)
      .buffer(true)
      .parse((response, done) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => done(null, Buffer.concat(parts).toString()));
      })
      .expect(200);
    const lines = (answer.body as string).trimEnd().split('\n');
    return { answer, lines };
  };

  it('show that an event is in the log of its organization, once it is sealed', async () => {
    const { patients, tokens } = platform.organizations[0]!;
    const read = await caller(platform, tokens.specialist).get(`/v1/patients/${patients[3]}`).expect(200);
    const [event] = await eventsOf(compliance, requestId(read), 1);
    const { proof, leaf_hash, leaf_index } = await eventually(
      async () =>
        (await compliance.get(`/v1/audit-logs/${event!.event_id}`).expect(200)).body
          .data as ProvenAuditLogEntry,
      (entry) => entry.proof !== null,
    );
    const head = openCheckpoint(proof!.checkpoint, pinned());
    expect([head.origin, head.size, proof!.leaf_index]).toEqual([origin(0), proof!.tree_size, leaf_index]);
    expect(
      verifyInclusion(Buffer.from(leaf_hash, 'hex'), leaf_index, head.size, bytes(proof!.hashes), head.root),
    ).toBe(true);
    await other.get(`/v1/audit-logs/${event!.event_id}`).expect(404);
  });

  it('show that the log only grew, from checkpoint to checkpoint and from any size', async () => {
    const before = (await checkpointsOf(compliance))[0]!;
    const after = await eventually(
      () => checkpointsOf(compliance),
      ([newest]) => newest!.size > before.size,
    );
    for (const size of [1, before.size, after[0]!.size]) {
      const { data } = (
        await compliance.get(`/v1/audit-logs/consistency?from=${size}&to=${after[0]!.size}`).expect(200)
      ).body as { data: AuditConsistency };
      const [earlier, later] = [data.from, data.to].map(({ size: at, root }) => ({
        size: at,
        root: Buffer.from(root, 'hex'),
      }));
      expect(verifyConsistency(earlier!, later!, bytes(data.hashes))).toBe(true);
      expect(data.to).toMatchObject({ root: after[0]!.root, note: after[0]!.note });
    }
  });

  it('page through the checkpoints', async () => {
    const first = (await compliance.get('/v1/audit-logs/checkpoints?page_size=1').expect(200)).body;
    const next = await compliance
      .get(`/v1/audit-logs/checkpoints?page_size=1&cursor=${first.meta.next_cursor}`)
      .expect(200);
    expect(next.body.data[0].size).toBeLessThan(first.data[0].size);
  });

  it.each([
    ['consistency?from=0', 400],
    ['consistency', 400],
    ['consistency?from=2&to=1', 400],
    ['consistency?from=900000000', 404],
    ['checkpoints?cursor=x', 400],
    ['export', 400],
    ['export?format=csv', 400],
    ['export?format=ndjson&first=900000000', 404],
  ])('refuse %s', async (path, status) => {
    await compliance.get(`/v1/audit-logs/${path}`).expect(status);
  });

  it('are for compliance and org_admin only, and leave an event each', async () => {
    const { tokens } = platform.organizations[0]!;
    for (const path of ['checkpoints', 'consistency?from=1', 'export?format=ndjson']) {
      for (const role of ['patient', 'specialist', 'assistant'] as const) {
        await caller(platform, tokens[role]).get(`/v1/audit-logs/${path}`).expect(403);
      }
      const answer = await caller(platform, tokens.org_admin).get(`/v1/audit-logs/${path}`).expect(200);
      const [event] = await eventsOf(compliance, requestId(answer), 1);
      expect(event).toMatchObject({
        action: path.startsWith('export') ? 'export' : 'view',
        resource_type: 'audit_log',
        user_role: 'org_admin',
      });
    }
  });

  it('go with an export of every sealed event as it is stored, of this organization alone', async () => {
    for (const [index, reader] of [compliance, other].entries()) {
      const { lines } = await exported(reader);
      const head = JSON.parse(lines[0]!) as { checkpoint: string; first: number; format: string };
      expect([head.format, head.first]).toEqual([AUDIT_EXPORT_FORMAT, 0]);
      const { size, root, origin: name } = openCheckpoint(head.checkpoint, pinned());
      expect(name).toBe(origin(index));
      expect(JSON.parse(lines.at(-1)!)).toEqual({ end: size });
      const entries = lines.slice(1, -1).map((line) => JSON.parse(line) as AuditExportEntry);
      expect(entries.map(({ leaf_index }) => leaf_index)).toEqual(
        Array.from({ length: size }, (_, place) => place),
      );
      for (const { event, leaf_hash, leaf_index, proof } of entries) {
        const leaf = leafHash(canonicalJson(event));
        expect([leaf_index, leaf.toString('hex')]).toEqual([leaf_index, leaf_hash]);
        expect(verifyInclusion(leaf, leaf_index, size, bytes(proof), root)).toBe(true);
        expect(event!.organization_id).toBe(platform.organizations[index]!.id);
      }
    }
  });

  it('hold for an event as deep as the outbox takes one', async () => {
    const nested = (levels: number): unknown => (levels === 0 ? 'end' : { in: nested(levels - 1) });
    const eventId = await waitingEventOf(platform, platform.organizations[0]!, {
      details: nested(30) as AuditEvent['details'],
    });
    const line = await eventually(
      async () => (await exported(compliance)).lines.find((text) => text.includes(eventId)),
      (found) => found !== undefined,
    );
    const entry = JSON.parse(line!) as AuditExportEntry;
    expect(canonicalJson(entry)).toBe(line);
    expect(leafHash(canonicalJson(entry.event)).toString('hex')).toBe(entry.leaf_hash);
  });

  it('go on from a place, page by page, each page an event', async () => {
    const size = (await checkpointsOf(compliance))[0]!.size;
    const { lines, answer } = await exported(compliance, size - 1);
    expect(JSON.parse(lines[1]!)).toMatchObject({ leaf_index: size - 1 });
    const events = await eventsOf(compliance, requestId(answer), 1);
    expect(events.map(({ details }) => details['first'])).toEqual([size - 1]);
  });
});
