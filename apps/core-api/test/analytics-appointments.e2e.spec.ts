import { createClient, type ClickHouseClient } from '@clickhouse/client';
import type { Appointment, Timeslot } from '@restartix/contracts';
import {
  findIdentifiers,
  HOURS,
  startPlatform,
  type Platform,
  type ProvisionedOrganization,
} from '@restartix/testing';
import { caller, eventually } from './api';

const DAY = 24 * HOURS;

interface Row {
  organization_id: number;
  event_id: string;
  name: string;
  properties: Record<string, string>;
  actor_hash: string;
  ip_truncated: string;
}

/** What becomes of the three visits of each patient. */
const STEPS = {
  cancelled: [],
  done: ['checked_in', 'inprogress', 'done'],
  noshow: ['noshow'],
} as const;
const COUNTED = [
  ...['cancelled', 'checked_in', 'done', 'inprogress', 'noshow', 'upcoming', 'upcoming', 'upcoming'],
].map((status) => `appointment.${status}`);

describe('appointments in the analytics', () => {
  let platform: Platform;
  let clickhouse: ClickHouseClient;
  const slots = new Map<number, Timeslot[]>();
  const made: { organization: ProvisionedOrganization; id: string; end: keyof typeof STEPS }[] = [];

  beforeAll(async () => {
    platform = await startPlatform({ patients: 12 });
    clickhouse = createClient({ url: platform.urls.clickhouseUrl });
    for (const { id, tokens, appointmentType } of platform.organizations) {
      const [from, until] = [3, 10].map((days) => new Date(Date.now() + days * DAY).toISOString());
      const path = `/v1/availability?appointment_type_id=${appointmentType}&from=${from}&until=${until}`;
      const free = await caller(platform, tokens.assistant).get(path).expect(200);
      slots.set(id, free.body.data as Timeslot[]);
    }
  }, 240_000);

  afterAll(async () => {
    await clickhouse?.close();
    await platform?.stop();
  });

  const rows = async (): Promise<Row[]> => {
    const query = 'select * from analytics_events final order by name';
    return (await clickhouse.query({ query, format: 'JSONEachRow' })).json<Row>();
  };
  /** Everything that was recorded before is stored when this is. */
  async function settled(marker: string): Promise<Row[]> {
    const events = [{ name: marker, timestamp: new Date().toISOString() }];
    for (const { tokens } of platform.organizations)
      await caller(platform, tokens.patient).post('/v1/telemetry/events', { events }).expect(202);
    return eventually(rows, (found) => found.filter(({ name }) => name === marker).length === 2, 30_000);
  }
  const desk = ({ tokens }: ProvisionedOrganization) => caller(platform, tokens.assistant);
  const step = ({ tokens }: ProvisionedOrganization, id: string, status: string) =>
    caller(platform, tokens[status === 'noshow' ? 'assistant' : 'specialist'])
      .to('put', `/v1/appointments/${id}/status`)
      .send({ status });

  async function book(organization: ProvisionedOrganization, patient_id: string): Promise<string> {
    const { starts_at } = slots.get(organization.id)!.shift()!;
    const who = { patient_id, specialist_id: organization.specialists[0] };
    const answer = await desk(organization)
      .post('/v1/appointments', { appointment_type_id: organization.appointmentType, starts_at, ...who })
      .expect(201);
    return (answer.body.data as Appointment).id;
  }

  /** Books, and does what can be done before the visit would begin. */
  async function visit(organization: ProvisionedOrganization, patient: string, end: keyof typeof STEPS) {
    const id = await book(organization, patient);
    made.push({ organization, id, end });
    if (end === 'cancelled')
      for (const status of [200, 409])
        await desk(organization)
          .to('put', `/v1/appointments/${id}/cancel`)
          .send({ reason: 'patient_request' })
          .expect(status);
  }

  it('are events of a patient who consents, one for each step of each, and of no other patient', async () => {
    const before = new Set((await settled('marker.before')).map(({ event_id }) => event_id));
    for (const organization of platform.organizations) {
      const [consenting, silent] = [organization.patients[0]!, organization.patients.at(-1)!];
      for (const patient of [silent, consenting])
        for (const end of Object.keys(STEPS) as (keyof typeof STEPS)[])
          await visit(organization, patient, end);
    }
    platform.clock.advance(11 * DAY);
    for (const { organization, id, end } of made)
      for (const status of STEPS[end]) {
        await step(organization, id, status).expect(200);
        await step(organization, id, status).expect(409);
      }
    const after = (await settled('marker.after')).filter(({ event_id }) => !before.has(event_id));
    for (const { id } of platform.organizations) {
      const own = after.filter(
        ({ organization_id, name }) => organization_id === id && name !== 'marker.after',
      );
      expect(own.map(({ name }) => name)).toEqual(COUNTED);
      expect(new Set(own.map(({ event_id }) => event_id)).size).toBe(COUNTED.length);
      for (const { properties, ip_truncated, actor_hash } of own) {
        expect(properties).toEqual({ mode: expect.any(String), booked_via: 'staff' });
        expect(ip_truncated).toBe(''); // the desk's address says nothing of the patient
        expect(actor_hash).not.toBe('');
      }
    }
  });

  it('name nobody: neither whose they were nor which', async () => {
    const known = platform.organizations.flatMap(({ patients, users, subjects, emails, specialists }) => [
      ...[patients, Object.values(users), Object.values(subjects), Object.values(emails), specialists].flat(),
    ]);
    const stored = await rows();
    expect(stored.length).toBeGreaterThan(2 * COUNTED.length);
    expect(findIdentifiers(stored, [...known, ...made.map(({ id }) => id)])).toEqual([]);
    expect(findIdentifiers([{ ...stored[0], properties: { x: made[0]!.id } }], [made[0]!.id])).not.toEqual(
      [],
    );
  });
});
