import { randomUUID } from 'node:crypto';
import type { Hold, Timeslot } from '@restartix/contracts';
import { startPlatform, type Platform, type ProvisionedOrganization } from '@restartix/testing';
import Redis from 'ioredis';
import { caller, eventually, type Caller } from './api';

describe('holds and bookings of strangers', () => {
  let platform: Platform;
  let clinic: ProvisionedOrganization;
  let nobody: Caller;
  let redis: Redis;
  let slots: Timeslot[];

  beforeAll(async () => {
    platform = await startPlatform({ patients: 2 });
    clinic = platform.organizations[0]!;
    nobody = caller(platform);
    redis = new Redis(platform.urls.redisUrl);
    slots = (await timeslots().expect(200)).body.data as Timeslot[];
    expect(slots.length).toBeGreaterThan(20);
  }, 120_000);

  afterAll(async () => {
    redis?.disconnect();
    await platform?.stop();
  });

  const timeslots = (specialist?: string) => {
    const from = new Date(Date.now() + 3 * 86_400_000).toISOString();
    const more = specialist ? `&specialist_id=${specialist}` : '';
    return nobody.get(`/v1/appointment-types/${clinic.appointmentType}/timeslots?from=${from}${more}`);
  };
  const claim = (slot: Timeslot, client_id: string, specialist_id?: string) =>
    nobody.post('/v1/holds', {
      ...{ appointment_type_id: clinic.appointmentType, starts_at: slot.starts_at, client_id },
      ...(specialist_id && { specialist_id }),
    });
  const book = (hold_id: string, client_id: string) =>
    nobody.post(`/v1/appointment-types/${clinic.appointmentType}/book`, {
      ...{ hold_id, client_id, contact: { name: 'Some Body', email: 'some.body@stranger.example' } },
    });
  const key = (slot: Timeslot, specialist: string) =>
    `${platform.urls.redisPrefix}hold:{${clinic.appointmentType}}:${slot.starts_at}:${specialist}`;

  it('shows the columns declared public, and nothing to a stranger of an unpublished type', async () => {
    const details = (await nobody.get(`/v1/appointment-types/${clinic.appointmentType}/details`).expect(200))
      .body.data;
    expect(Object.keys(details).sort()).toEqual(
      ['clinics', 'description', 'duration_minutes', 'id', 'mode', 'specialists', 'title'].sort(),
    );
    expect(Object.keys(details.specialists[0]).sort()).toEqual(['id', 'name', 'title']);
    const admin = caller(platform, clinic.tokens.org_admin);
    const hidden = await admin
      .post('/v1/appointment-types', { title: 'Hidden', duration_minutes: 30 })
      .expect(201);
    await nobody.get(`/v1/appointment-types/${hidden.body.data.id}/details`).expect(404);
    await nobody.get(`/v1/appointment-types/${randomUUID()}/timeslots`).expect(404);
  });

  it('give a time to one of a hundred, for half a minute, under a key of the type', async () => {
    const slot = slots[0]!;
    const [own] = clinic.specialists;
    const answers = await Promise.all(Array.from({ length: 100 }, () => claim(slot, randomUUID(), own)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { status, body } of answers.filter(({ status }) => status !== 201))
      expect([status, body.code, body.alternatives.length > 0]).toEqual([409, 'slot_taken', true]);
    const ttl = await redis.pttl(key(slot, own));
    expect(ttl).toBeGreaterThan(0);
    expect(ttl).toBeLessThanOrEqual(30_000);
    const seen = (await timeslots(own).expect(200)).body.data as Timeslot[];
    expect(seen.map(({ starts_at }) => starts_at)).not.toContain(slot.starts_at);
    const second = (await claim(slot, randomUUID()).expect(201)).body.data as Hold;
    expect(second.specialist_id).toBe(clinic.specialists[1]); // next by priority
  });

  it('live on by heartbeats, end by themselves, and are released', async () => {
    const [client, other, slot, own] = [randomUUID(), randomUUID(), slots[1]!, clinic.specialists[0]];
    const hold = (await claim(slot, client, own).expect(201)).body.data as Hold;
    await redis.pexpire(key(slot, own), 1000);
    const beat = (client_id: string) => nobody.patch('/v1/holds', { client_id, hold_ids: [hold.id] });
    expect((await beat(other).expect(200)).body.data).toEqual([{ id: hold.id, is_held: false }]);
    expect((await beat(client).expect(200)).body.data).toEqual([{ id: hold.id, is_held: true }]);
    expect(await redis.pttl(key(slot, own))).toBeGreaterThan(20_000);
    const listed = await nobody.get(
      `/v1/holds?appointment_type_id=${clinic.appointmentType}&client_id=${client}`,
    );
    expect((listed.body.data as Hold[]).map(({ id }) => id)).toEqual([hold.id]);
    await redis.pexpire(key(slot, own), 1);
    await eventually(
      async () => redis.exists(key(slot, own)),
      (there) => there === 0,
    );
    const checked = await nobody
      .post('/v1/holds/check', { client_id: client, hold_ids: [hold.id] })
      .expect(200);
    expect(checked.body.data).toEqual([{ id: hold.id, is_held: false }]);
    const late = (await book(hold.id, client).expect(409)).body;
    expect([late.code, late.alternatives.length > 0]).toEqual(['slot_taken', true]);
    const held = (await claim(slots[2]!, client).expect(201)).body.data as Hold;
    const body = { appointment_type_id: clinic.appointmentType, client_id: client };
    expect((await nobody.post('/v1/holds/release-all', body).expect(200)).body.data).toEqual([
      { id: held.id, is_held: false },
    ]);
    await claim(slots[2]!, other, held.specialist_id).expect(201);
  });

  it('are few per client', async () => {
    const client = randomUUID();
    for (const slot of slots.slice(5, 8)) await claim(slot, client).expect(201);
    expect((await claim(slots[8]!, client).expect(409)).body.code).toBe('conflict');
  });

  it('become bookings of their client only, which staff sees and nobody else reads', async () => {
    const [client, slot] = [randomUUID(), slots[10]!];
    const hold = (await claim(slot, client).expect(201)).body.data as Hold;
    await book(hold.id, randomUUID()).expect(409);
    const booked = await book(hold.id, client).expect(201);
    expect(booked.body.data).toMatchObject({ status: 'booked', starts_at: slot.starts_at });
    expect(JSON.stringify(booked.body)).not.toContain('stranger.example');
    await book(hold.id, client).expect(409); // the hold is consumed
    const desk = caller(platform, clinic.tokens.assistant);
    const seen = await desk.get(`/v1/appointments/${booked.body.data.id}`).expect(200);
    expect(seen.body.data).toMatchObject({
      booked_via: 'public',
      patient_id: null,
      contact: { name: 'Some Body' },
    });
    const owner = await platform.superuser('main');
    const anonymous = { 'app.current_org_id': String(clinic.id), 'app.current_role': 'anonymous' };
    const shown = await owner.transaction(anonymous, async (sql) => {
      await sql.query('set local role core_app');
      return sql.query('select id from appointments');
    });
    await owner.close();
    expect(shown).toEqual([]);
  });

  const open = async (lastId?: string) => {
    const abort = new AbortController();
    const answer = await fetch(
      `${platform.coreApi}/v1/holds/stream?appointment_type_id=${clinic.appointmentType}`,
      { signal: abort.signal, headers: lastId ? { 'last-event-id': lastId } : {} },
    );
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    const stream = { text: '', close: () => abort.abort() };
    const decoder = new TextDecoder();
    void (async () => {
      for await (const chunk of answer.body!)
        stream.text += decoder.decode(chunk as Uint8Array, { stream: true });
    })().catch(() => undefined);
    return stream;
  };
  const eventsOf = (text: string, slot: Timeslot) =>
    [...text.matchAll(/event: (\w+)\ndata: (.*)\n/g)]
      .filter(([, , data]) => data!.includes(slot.starts_at))
      .map(([, event]) => event);

  it('are told live, with what was missed, and to nobody who asks for another type', async () => {
    const stream = await open();
    const [client, slot] = [randomUUID(), slots[12]!];
    const hold = (await claim(slot, client, clinic.specialists[0]).expect(201)).body.data as Hold;
    await nobody.patch('/v1/holds', { client_id: client, hold_ids: [hold.id] }).expect(200);
    await book(hold.id, client).expect(201);
    const names = (text: string) => eventsOf(text, slot);
    await eventually(
      async () => names(stream.text),
      (seen) => seen.includes('confirm'),
    );
    expect(names(stream.text)).toEqual(['hold', 'heartbeat', 'confirm']);
    expect(stream.text).not.toContain('stranger.example');
    const firstId = [...stream.text.matchAll(/id: (\S+)\nevent: hold\ndata: (.*)\n/g)].find(([, , data]) =>
      data!.includes(slot.starts_at),
    )![1]!;
    stream.close();
    const again = await open(firstId);
    await eventually(
      async () => names(again.text),
      (seen) => seen.includes('confirm'),
    );
    expect(names(again.text)).toEqual(['heartbeat', 'confirm']); // from there on, nothing twice
    again.close();
    await nobody.get(`/v1/holds/stream?appointment_type_id=${randomUUID()}`).expect(404);
  });

  it('that nobody keeps are told as expired, once, and to who comes back after them', async () => {
    const [stream, other] = [await open(), await open()];
    const [slot, own] = [slots[14]!, clinic.specialists[0]];
    await claim(slot, randomUUID(), own).expect(201);
    await eventually(
      async () => eventsOf(stream.text, slot),
      (seen) => seen.includes('hold'),
    );
    // Half a minute passes for this hold: its key, and when Redis believes it ends.
    await redis.pexpire(key(slot, own), 1);
    const held = `${platform.urls.redisPrefix}holds:{${clinic.appointmentType}}`;
    await redis.zadd(held, 'XX', Date.now() - 1, `${slot.starts_at}|${own}`);
    await eventually(
      async () => [stream, other].map(({ text }) => eventsOf(text, slot)),
      (seen) => seen.every((events) => events.includes('expiry')),
    );
    expect([eventsOf(stream.text, slot), eventsOf(other.text, slot)]).toEqual([
      ['hold', 'expiry'],
      ['hold', 'expiry'],
    ]);
    const lastSeen = [...stream.text.matchAll(/id: (\S+)\nevent: hold\ndata: (.*)\n/g)].at(-1)![1]!;
    stream.close();
    other.close();
    const again = await open(lastSeen);
    await eventually(
      async () => eventsOf(again.text, slot),
      (seen) => seen.length > 0,
    );
    expect(eventsOf(again.text, slot)).toEqual(['expiry']);
    again.close();
    await claim(slot, randomUUID(), own).expect(201); // and the time is free for the next
  });

  it('begin again only where an event was: another text is refused by its name', async () => {
    const path = `/v1/holds/stream?appointment_type_id=${clinic.appointmentType}`;
    const answer = await nobody.get(path).set('last-event-id', 'yesterday').expect(400);
    expect(answer.body.errors).toEqual([{ field: 'Last-Event-ID', reason: 'must be the id of an event' }]);
  });
});
