import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type {
  Appointment,
  AuditLogEntry,
  CallSession,
  ProvenAuditLogEntry,
  Timeslot,
} from '@restartix/contracts';
import { openCheckpoint, verifyInclusion } from '@restartix/crypto';
import { createPublicKey } from 'node:crypto';
import { personOf, startPlatform, type Platform, type ProvisionedOrganization } from '@restartix/testing';
import { caller, eventsOf, eventually, requestId, type Caller } from './api';

const VERIFIER = join(__dirname, '../../../dist/apps/verify/src/main.js');
const TEXTS = {
  reason: 'Knee pain after the fall',
  comment: 'Waited long for Dr. Radu',
  note: 'Called at nine',
};
/** Requests after which an account is locked. */
const GUESSES = 10;

/** A visit of a patient with a login: booked, called, held, rated; another cancelled; with messages of every kind. */
interface Visit {
  patientId: string;
  appointmentIds: string[];
  /** Requests that left texts in the trail. */
  requestIds: string[];
}

describe('the erasure of a patient who was here', () => {
  let platform: Platform;
  let visits: Visit[];
  let folder: string;

  const as = (index: number, role: keyof ProvisionedOrganization['tokens']): Caller =>
    caller(platform, platform.organizations[index]!.tokens[role]);

  beforeAll(async () => {
    platform = await startPlatform({ patients: 3 });
    folder = mkdtempSync(join(tmpdir(), 'erasure-'));
    writeFileSync(join(folder, 'key.pem'), platform.auditPublicKey);
    visits = [await visitOf(0), await visitOf(1)];
    await lockLogins();
  }, 240_000);
  afterAll(async () => {
    await platform?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  async function visitOf(index: number): Promise<Visit> {
    const clinic = platform.organizations[index]!;
    const patient = as(index, 'patient');
    const [from, until] = [3, 20].map((days) => new Date(Date.now() + days * 86_400_000).toISOString());
    const path = `/v1/availability?appointment_type_id=${clinic.appointmentType}&from=${from}&until=${until}`;
    const slots = (await patient.get(path).expect(200)).body.data as Timeslot[];
    const book = (slot: Timeslot) =>
      patient
        .post('/v1/appointments', {
          ...{ appointment_type_id: clinic.appointmentType, starts_at: slot.starts_at, reason: TEXTS.reason },
        })
        .expect(201);
    const [booked, other] = [await book(slots[0]!), await book(slots.at(-1)!)];
    const [id, otherId] = [booked, other].map(({ body }) => (body.data as Appointment).id) as [
      string,
      string,
    ];
    const call = await patient.post(`/v1/appointments/${id}/call-session`, {}).expect(200);
    expect((call.body.data as CallSession).media_id).toBe(id);
    for (const status of ['checked_in', 'inprogress', 'done'])
      await as(index, 'specialist').to('put', `/v1/appointments/${id}/status`).send({ status }).expect(200);
    const rated = await patient
      .post(`/v1/appointments/${id}/rating`, { rating: 2, comment: TEXTS.comment })
      .expect(200);
    const cancelled = await as(index, 'assistant')
      .to('put', `/v1/appointments/${otherId}/cancel`)
      .send({ reason: 'patient_request', note: TEXTS.note })
      .expect(200);
    await patient.post('/v1/step-up', { kind: 'sms' }).expect(201);
    return {
      patientId: clinic.patients[0]!,
      appointmentIds: [id, otherId],
      requestIds: [booked, other, rated, cancelled].map(requestId),
    };
  }

  /** Too many wrong second factors: each login is told by a message of its own. */
  async function lockLogins(): Promise<void> {
    const guessers = platform.organizations.map((organization) =>
      caller(
        platform,
        platform.token({
          ...{ ...personOf(organization, 'patient'), sessionId: `sess_guess_${organization.id}` },
          ...{
            secondFactor: 'none',
            overrides: { iat: Math.floor(platform.clock.now().getTime() / 1000) - 2 },
          },
        }),
      ),
    );
    for (let count = 0; count < GUESSES; count += 1) {
      for (const guesser of guessers)
        await guesser.post('/v1/step-up/verify', {
          purpose: 'session',
          recovery_code: 'aaaa-aaaa-aaaa-aaaa',
        });
      if (count < GUESSES - 1) platform.clock.advance(70_000);
    }
  }

  interface Message {
    id: string;
    template: string;
    wrapped_key: string;
  }
  async function inMain<T extends object>(text: string, values: unknown[]): Promise<T[]> {
    const main = await platform.superuser('main');
    try {
      return await main.query<T>(text, values);
    } finally {
      await main.close();
    }
  }
  const messagesOf = (index: number) =>
    inMain<Message>(
      `select id, template, wrapped_key from messages
       where recipient_patient_id = $1 or recipient_user_id = $2 order by template`,
      [visits[index]!.patientId, platform.organizations[index]!.users.patient],
    );
  const keysOf = async (index: number): Promise<string[]> => {
    const rows = await inMain<{ wrapped_key: string }>(
      'select wrapped_key from appointments where id = any($1) and wrapped_key is not null',
      [visits[index]!.appointmentIds],
    );
    return [...rows, ...(await messagesOf(index))].map(({ wrapped_key }) => wrapped_key);
  };

  /** Tables of both databases in which one of the texts stands. */
  async function tablesWith(texts: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    for (const which of ['main', 'telemetry'] as const) {
      const database = await platform.superuser(which);
      const tables = await database.query<{ name: string }>(
        `select format('%I.%I', schemaname, tablename) as name from pg_tables
         where schemaname not in ('pg_catalog', 'information_schema')`,
      );
      for (const { name } of tables) {
        const [row] = await database.query(
          `select 1 from ${name} entry where exists
             (select from unnest($1::text[]) as piece where strpos(to_jsonb(entry)::text, piece) > 0) limit 1`,
          [texts],
        );
        if (row) found.push(name);
      }
      await database.close();
    }
    return found.sort();
  }

  const trailOf = async (index: number): Promise<AuditLogEntry[]> =>
    (
      await Promise.all(visits[index]!.requestIds.map((id) => eventsOf(as(index, 'compliance'), id, 2)))
    ).flat();

  const verified = async (index: number): Promise<{ ok: boolean; checked: number }> => {
    const { tokens } = platform.organizations[index]!;
    const answer = await fetch(`${platform.coreApi}/v1/audit-logs/export?format=ndjson`, {
      headers: { authorization: `Bearer ${tokens.compliance}` },
    });
    const file = join(folder, `export-${index}.ndjson`);
    writeFileSync(file, await answer.text());
    const options = [VERIFIER, '--file', file, '--public-key', join(folder, 'key.pem')];
    const { stdout } = await promisify(execFile)(process.execPath, options);
    return JSON.parse(stdout) as { ok: boolean; checked: number };
  };

  it('begins with keys and messages of the visit, and no text of it in the clear', async () => {
    for (const index of [0, 1]) {
      expect((await messagesOf(index)).map(({ template }) => template)).toEqual(
        expect.arrayContaining(['step_up.code', 'step_up.locked']),
      );
      expect(await tablesWith(await keysOf(index))).toEqual(['public.appointments', 'public.messages']);
    }
    expect(await tablesWith(Object.values(TEXTS))).toEqual([]);
  });

  it('takes the texts, their keys and all messages, to the record and to the login', async () => {
    const [{ patientId, appointmentIds }] = visits as [Visit, Visit];
    const [keys, trail] = [await keysOf(0), await trailOf(0)];
    const erased = await as(0, 'compliance')
      .post(`/v1/patients/${patientId}/erasure`, { reason: 'Asked for by letter' })
      .expect(200);
    expect(await messagesOf(0)).toEqual([]);
    expect(await tablesWith(keys)).toEqual([]);
    const [told] = await inMain<{ count: number }>(
      `select count(*)::int as count from messages where organization_id = $1 and template = 'appointment.low_rating'`,
      [platform.organizations[0]!.id],
    );
    expect(told!.count).toBe(1); // the administrator's

    const after = await trailOf(0);
    expect(after.map(({ event_id, leaf_hash }) => [event_id, leaf_hash])).toEqual(
      trail.map(({ event_id, leaf_hash }) => [event_id, leaf_hash]),
    );
    const appointments = after.filter(({ resource_type }) => resource_type === 'appointment');
    const shown = appointments.flatMap(({ details }) => Object.entries(details.changes ?? {}));
    for (const column of ['reason', 'rating_comment', 'cancellation_note']) {
      const values = shown.filter(([name]) => name === column).map(([, change]) => change.new);
      expect([column, [...new Set(values)]]).toEqual([column, ['[protected]']]);
    }
    const said = JSON.stringify([after, await eventsOf(as(0, 'compliance'), requestId(erased), 6)]);
    for (const text of Object.values(TEXTS)) expect(said).not.toContain(text);
    expect(said).not.toContain('e1.');
    for (const id of appointmentIds) {
      const visit = (await as(0, 'compliance').get(`/v1/appointments/${id}`)).body as { data?: Appointment };
      expect(visit.data?.rating_comment ?? null).toBeNull();
      expect(visit.data?.cancellation_note ?? null).toBeNull();
    }
  });

  it('leaves every event of it with its proof, and an export that verifies', async () => {
    const [erasure] = (
      await as(0, 'compliance').get('/v1/audit-logs?action=create&resource_type=erasure').expect(200)
    ).body.data as AuditLogEntry[];
    for (const { event_id } of [...(await trailOf(0)), erasure!]) {
      const { proof, leaf_hash } = await eventually(
        async () =>
          (await as(0, 'compliance').get(`/v1/audit-logs/${event_id}`).expect(200)).body
            .data as ProvenAuditLogEntry,
        (entry) => entry.proof !== null,
      );
      const { size, root } = openCheckpoint(proof!.checkpoint, [createPublicKey(platform.auditPublicKey)]);
      const hashes = proof!.hashes.map((hash) => Buffer.from(hash, 'hex'));
      const leaf = Buffer.from(leaf_hash, 'hex');
      expect(verifyInclusion(leaf, proof!.leaf_index, size, hashes, root)).toBe(true);
    }
    const done = await eventually(
      () => verified(0),
      ({ checked }) => checked > erasure!.leaf_index,
    );
    expect(done.ok).toBe(true);
  });

  it('is of that organization alone', async () => {
    expect(await messagesOf(1)).not.toEqual([]);
    expect(await tablesWith(await keysOf(1))).toEqual(['public.appointments', 'public.messages']);
    const [held] = visits[1]!.appointmentIds;
    const visit = (await as(1, 'patient').get(`/v1/appointments/${held}`).expect(200)).body
      .data as Appointment;
    expect([visit.reason, visit.rating_comment]).toEqual([TEXTS.reason, TEXTS.comment]);
    expect((await verified(1)).ok).toBe(true);
  });
});
