import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ListResponse, SecurityAlert, SecurityEvent } from '@restartix/contracts';
import { cityDatabase } from '@restartix/vendor-lab';
import { v7 as uuidv7 } from 'uuid';
import { auditEvent, ingest } from './events';
import { Telemetry, type Instance } from './telemetry';

/** Addresses of MaxMind's published test networks; nobody knows coordinates of the last one. */
const [LONDON, OXFORD, SEATTLE, MELBOURNE, NOWHERE] = [
  '81.2.69.145',
  '2.125.160.217',
  '216.160.83.57',
  '214.0.1.9',
  '2.3.3.1',
];

let telemetry: Telemetry;
let instances: [Instance, Instance];

beforeAll(async () => {
  telemetry = await Telemetry.create();
  const path = join(tmpdir(), `travel-${process.pid}.mmdb`);
  writeFileSync(path, cityDatabase());
  const environment = { GEOIP_DATABASE_PATH: path };
  instances = [await telemetry.start(environment), await telemetry.start(environment)];
});
afterAll(() => telemetry.stop());

const list = async <T>(what: string, organization_id: number) =>
  (
    await instances[0].channel.post<ListResponse<T>>(`/internal/v1/${what}/search`, {
      organization_id,
      filters: {},
      page_size: 100,
      before: null,
    })
  ).items;

const day = Date.UTC(2026, 2, 1, 8);
const signIn = (organization_id: number, user_id: string, ip_address: string | null, minutes: number) =>
  auditEvent({
    ...{ organization_id, user_id, ip_address, timestamp: new Date(day + minutes * 60_000).toISOString() },
    ...{ action: 'login', resource_type: 'session', patient_id: null, request_id: null },
  });

/** Sends each event by itself and waits until it was taken; what it was judged to be. */
async function judged(...events: ReturnType<typeof signIn>[]): Promise<SecurityEvent[]> {
  const found: SecurityEvent[] = [];
  for (const [index, event] of events.entries()) {
    await ingest(instances[index % 2] as Instance, [event]);
    for (;;) {
      const seen = await list<SecurityEvent>('security-events', event.organization_id);
      const own = seen.find(({ event_id }) => event_id === event.event_id);
      if (own) {
        found.push(own);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return found;
}
const kinds = async (...events: ReturnType<typeof signIn>[]) =>
  (await judged(...events)).map(({ kind }) => kind);

it('is a sign-in from London ten minutes after one from Seattle: an event of its kind, and an alert', async () => {
  const user = uuidv7();
  const events = await judged(signIn(1, user, SEATTLE, 0), signIn(1, user, LONDON, 10));
  expect(events).toMatchObject([
    { kind: 'sign_in', severity: 'info' },
    { kind: 'impossible_travel', severity: 'high', user_id: user, reason: '7707 km in 10 minutes' },
  ]);
  expect(await list<SecurityAlert>('security-alerts', 1)).toMatchObject([
    { rule: 'impossible_travel', severity: 'high', subject: `user:${user}`, event_count: 1, status: 'open' },
  ]);
  expect(await list('security-alerts', 2)).toEqual([]);
});

it('is none for who had the time, stayed near, is another user, or was where nobody knows', async () => {
  const user = uuidv7();
  expect(await kinds(signIn(2, user, LONDON, 0), signIn(2, user, OXFORD, 1))).toEqual(
    Array(2).fill('sign_in'),
  );
  expect(await kinds(signIn(2, user, SEATTLE, 11 * 60))).toEqual(['sign_in']);
  expect(await kinds(signIn(2, uuidv7(), MELBOURNE, 11 * 60))).toEqual(['sign_in']);
  expect(await kinds(signIn(2, user, NOWHERE, 661), signIn(2, user, null, 662))).toEqual(
    Array(2).fill('sign_in'),
  );
  expect(await list('security-alerts', 2)).toEqual([]);
});

it('is seen of one user in two organizations, and says nothing of the other one', async () => {
  const user = uuidv7();
  const [here, there] = await judged(signIn(3, user, MELBOURNE, 0), signIn(4, user, LONDON, 30));
  expect(here!.kind).toBe('sign_in');
  expect(there).toMatchObject({ kind: 'impossible_travel', ip_address: LONDON });
  expect(JSON.stringify(there)).not.toMatch(/214\.0|AU|Melbourne/);
  expect(await list('security-alerts', 3)).toEqual([]);
  expect(await list('security-alerts', 4)).toHaveLength(1);
});

it('is seen when the earlier sign-in comes later, and of all that come together', async () => {
  const [late, together] = [uuidv7(), uuidv7()];
  expect(await kinds(signIn(5, late, LONDON, 60), signIn(5, late, MELBOURNE, 0))).toEqual([
    'sign_in',
    'impossible_travel',
  ]);
  const events = [
    signIn(6, together, SEATTLE, 20),
    signIn(6, together, LONDON, 0),
    signIn(6, together, OXFORD, 5),
  ];
  await ingest(instances[0], events);
  let seen: SecurityEvent[] = [];
  while (seen.length < 3) seen = await list<SecurityEvent>('security-events', 6);
  expect(seen.map(({ kind, ip_address }) => [kind, ip_address])).toEqual([
    ['impossible_travel', SEATTLE],
    ['sign_in', OXFORD],
    ['sign_in', LONDON],
  ]);
});
