import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditLogEntry, Erasure, LegalHold } from '@restartix/contracts';
import { startPlatform, type Platform } from '@restartix/testing';
import { v7 as uuidv7 } from 'uuid';
import { caller, eventsOf, eventually, requestId, type Caller } from './api';

const VERIFIER = join(__dirname, '../../../dist/apps/verify/src/main.js');

describe('erasure and legal holds', () => {
  let platform: Platform;
  let compliance: Caller;
  let other: Caller;
  let patients: string[];
  let folder: string;

  beforeAll(async () => {
    platform = await startPlatform({ environment: { coreApi: { KEY_REFRESH_SECONDS: '1' } } });
    [compliance, other] = platform.organizations.map(({ tokens }) => caller(platform, tokens.compliance)) as [
      Caller,
      Caller,
    ];
    patients = platform.organizations[0]!.patients;
    folder = mkdtempSync(join(tmpdir(), 'erasure-'));
    writeFileSync(join(folder, 'key.pem'), platform.auditPublicKey);
  }, 240_000);
  afterAll(async () => {
    await platform?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  const erase = (who: Caller, patientId: string) =>
    who.post(`/v1/patients/${patientId}/erasure`, { reason: 'Asked for on 2 November, by letter' });
  const place = (who: Caller, id: string, patient_id?: string) =>
    who
      .to('put', `/v1/legal-holds/${id}`)
      .send({ reason: 'Matter 2026-17', ...(patient_id && { patient_id }) });
  const lift = (who: Caller, id: string) => who.post(`/v1/legal-holds/${id}/lift`, { reason: 'Settled' });

  /** The offline verifier's word on the whole exported trail of the first organization. */
  async function verdict(): Promise<{ ok: boolean; checked: number }> {
    const answer = await fetch(`${platform.coreApi}/v1/audit-logs/export?format=ndjson`, {
      headers: { authorization: `Bearer ${platform.organizations[0]!.tokens.compliance}` },
    });
    const file = join(folder, 'export.ndjson');
    writeFileSync(file, await answer.text());
    const options = [VERIFIER, '--file', file, '--public-key', join(folder, 'key.pem')];
    return new Promise((resolve, reject) =>
      execFile(process.execPath, options, (error, stdout) =>
        stdout ? resolve(JSON.parse(stdout) as { ok: boolean; checked: number }) : reject(error as Error),
      ),
    );
  }

  it('destroys the key: the record is gone, the trail says [erased], and its export still verifies', async () => {
    const { tokens } = platform.organizations[0]!;
    const id = patients[5]!;
    const change = await caller(platform, tokens.specialist)
      .patch(`/v1/patients/${id}`, { last_name: 'Zmeurescu', phone: '+40711222333' })
      .expect(200);
    const [before] = await eventsOf(compliance, requestId(change), 1);
    expect(before!.details.changes!['last_name']!.new).toBe('Zmeurescu');

    const erased = await erase(compliance, id).expect(200);
    expect(erased.body.data as Erasure).toMatchObject({
      patient_id: id,
      reason: 'Asked for on 2 November, by letter',
      erased_by: platform.organizations[0]!.users.compliance,
      keys_destroyed: 1,
    });
    const events = await eventsOf(compliance, requestId(erased), 4);
    expect(events.map(({ action, resource_type }) => `${action} ${resource_type}`)).toEqual(
      expect.arrayContaining(['create erasure', 'update patient', 'update care_relationship']),
    );
    expect(new Set(events.map(({ user_id }) => user_id))).toEqual(
      new Set([platform.organizations[0]!.users.compliance]),
    );

    for (const role of ['specialist', 'assistant', 'org_admin', 'compliance'] as const)
      await caller(platform, tokens[role]).get(`/v1/patients/${id}`).expect(404);
    const found = await caller(platform, tokens.assistant)
      .post('/v1/patients/search', { last_name: 'Zmeurescu' })
      .expect(200);
    expect(found.body.data).toEqual([]);

    const after = (await compliance.get(`/v1/audit-logs/${before!.event_id}`).expect(200)).body
      .data as AuditLogEntry;
    expect(after.details.changes!['last_name']).toEqual({ old: '[erased]', new: '[erased]' });
    expect(after.details.changes!['phone']!.new).toBe('[erased]');
    expect(after.leaf_hash).toBe(before!.leaf_hash);
    const erasing = events.find(({ resource_type }) => resource_type === 'patient')!;
    expect(erasing.details.changes!['last_name']).toEqual({ old: '[erased]', new: '' });

    const size = Math.max(...events.map(({ leaf_index }) => leaf_index)) + 1;
    const sealed = await eventually(verdict, ({ ok, checked }) => !ok || checked >= size);
    expect(sealed.ok).toBe(true);

    const again = await erase(compliance, id).expect(200);
    expect(again.body.data).toEqual(erased.body.data);
    const receipt = await compliance.get(`/v1/patients/${id}/erasure`).expect(200);
    expect(receipt.body.data).toEqual(erased.body.data);
  });

  it('leaves nothing that opens: neither the row, nor a wrapped key, nor an index of a name', async () => {
    const main = await platform.superuser('main');
    const [row] = await main.query('select * from patients where id = $1', [patients[5]]);
    expect(JSON.stringify(row)).not.toContain('e1.');
    expect(
      await main.query('select 1 as found from patient_keys where patient_id = $1', [patients[5]]),
    ).toEqual([]);
    await main.close();
  });

  it('is for compliance of the organization only', async () => {
    const { tokens } = platform.organizations[0]!;
    for (const role of ['patient', 'specialist', 'assistant', 'org_admin'] as const)
      await erase(caller(platform, tokens[role]), patients[6]!).expect(403);
    await erase(caller(platform, platform.superadminToken), patients[6]!).expect(403);
    await erase(other, patients[6]!).expect(404);
    await erase(compliance, uuidv7()).expect(404);
    await compliance.get(`/v1/patients/${patients[6]}/erasure`).expect(404);
    await other.get(`/v1/patients/${patients[5]}/erasure`).expect(404);
    await compliance.post(`/v1/patients/${patients[6]}/erasure`, {}).expect(400);
  });

  it('is refused under a hold of the patient, or of the organization, until it is lifted', async () => {
    const [one, all] = [uuidv7(), uuidv7()];
    await place(compliance, one, patients[7]).expect(200);
    expect((await erase(compliance, patients[7]!).expect(409)).body.code).toBe('legal_hold');
    await place(compliance, all).expect(200);
    expect((await erase(compliance, patients[8]!).expect(409)).body.code).toBe('legal_hold');
    await erase(other, platform.organizations[1]!.patients[8]!).expect(200);
    await lift(compliance, all).expect(200);
    await erase(compliance, patients[8]!).expect(200);
    expect((await erase(compliance, patients[7]!).expect(409)).body.code).toBe('legal_hold');
    await lift(compliance, one).expect(200);
    await erase(compliance, patients[7]!).expect(200);
  });

  it('a hold says who, why and when, is placed once under its id, and is nobody else’s', async () => {
    const id = uuidv7();
    const placed = await place(compliance, id, patients[9]).expect(200);
    expect(placed.body.data as LegalHold).toMatchObject({
      id,
      patient_id: patients[9],
      reason: 'Matter 2026-17',
      placed_by: platform.organizations[0]!.users.compliance,
      lifted_at: null,
    });
    expect((await place(compliance, id, patients[9]).expect(200)).body.data).toEqual(placed.body.data);
    await place(compliance, id, patients[10]).expect(409);
    await place(compliance, uuidv7(), platform.organizations[1]!.patients[0]).expect(404);
    await place(other, id, patients[9]).expect(404);
    await lift(other, id).expect(404);
    const [event] = await eventsOf(compliance, requestId(placed), 1);
    expect(event).toMatchObject({ action: 'create', resource_type: 'legal_hold', patient_id: patients[9] });
    expect(event!.details.changes!['reason']!.new).toBe('[protected]');

    const held = await compliance.get('/v1/legal-holds?in_force=true').expect(200);
    expect((held.body.data as LegalHold[]).map((hold) => hold.id)).toEqual([id]);
    expect((await other.get('/v1/legal-holds').expect(200)).body.data).toEqual([]);
    const lifted = await lift(compliance, id).expect(200);
    expect(lifted.body.data).toMatchObject({ lift_reason: 'Settled', lifted_at: expect.any(String) });
    expect((await lift(compliance, id).expect(200)).body.data).toEqual(lifted.body.data);
  });

  it('is not placed while the audit store cannot honour it; what was lifted meanwhile goes on', async () => {
    const [kept, fresh] = [uuidv7(), uuidv7()];
    await place(compliance, kept, patients[11]).expect(200);
    await platform.kill('telemetryApi');
    expect((await place(compliance, fresh, patients[11]).expect(503)).body.code).toBe(
      'telemetry_unavailable',
    );
    await lift(compliance, kept).expect(503);
    await platform.start('telemetryApi');
    const holds = async () =>
      (await compliance.get('/v1/legal-holds?in_force=true').expect(200)).body.data as LegalHold[];
    expect(await holds()).toEqual([]);
    await lift(compliance, kept).expect(200);
    const telemetry = await platform.superuser('telemetry');
    const inForce = await telemetry.query(
      'select 1 as held from integrity.holds_in_force where hold_id = $1',
      [kept],
    );
    await telemetry.close();
    expect(inForce).toEqual([]);
  });

  it('compliance and administrators see what would be dropped on a day, each of their own trail', async () => {
    const { tokens, id } = platform.organizations[0]!;
    const hold = uuidv7();
    await place(compliance, hold).expect(200);
    const plan = (who: Caller) =>
      who
        .get('/v1/retention/plan?on=2040-01-01')
        .expect(200)
        .then(({ body }) => body.data.partitions as object[]);
    const [own] = (await plan(caller(platform, tokens.org_admin))) as { events: number; held_by: string[] }[];
    expect(own).toMatchObject({ outcome: 'held', held_by: [hold] });
    const telemetry = await platform.superuser('telemetry');
    const [{ count } = { count: 0 }] = await telemetry.query<{ count: number }>(
      'select count(*)::int as count from audit.audit_logs where organization_id = $1',
      [id],
    );
    await telemetry.close();
    expect(own!.events).toBeGreaterThan(10);
    expect(own!.events).toBeLessThanOrEqual(count);
    expect((await plan(other))[0]).toMatchObject({ outcome: 'held', held_by: [] });
    expect((await compliance.get('/v1/retention/plan').expect(200)).body.data.partitions).toEqual([]);
    await compliance.get('/v1/retention/plan?on=yesterday').expect(400);
    await caller(platform, tokens.assistant).get('/v1/retention/plan').expect(403);
    await lift(compliance, hold).expect(200);
  });
});
