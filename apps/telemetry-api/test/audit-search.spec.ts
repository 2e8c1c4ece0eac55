import type {
  AuditEvent,
  AuditGetResponse,
  AuditPosition,
  AuditSearchRequest,
  AuditSearchResponse,
} from '@restartix/contracts';
import { isEnvelope } from '@restartix/crypto';
import { v7 as uuidv7 } from 'uuid';
import { auditEvent, ingest } from './events';
import { Telemetry, type Instance } from './telemetry';

let telemetry: Telemetry;
let instance: Instance;
/** Twelve events of organization 1, three to a timestamp, and one of organization 2; oldest first. */
let events: AuditEvent[];
let foreign: AuditEvent;

const [anna, ben] = [uuidv7(), uuidv7()];
const at = (hour: number) => `2026-11-0${1 + (hour % 2)}T${String(hour).padStart(2, '0')}:00:00.000Z`;

beforeAll(async () => {
  telemetry = await Telemetry.create();
  instance = await telemetry.start();
  events = Array.from({ length: 12 }, (_, index) =>
    auditEvent({
      timestamp: at(Math.floor(index / 3)),
      user_id: index % 2 ? anna : ben,
      patient_id: index % 3 ? anna : null,
      action: index % 4 ? 'view' : 'deny',
      success: index % 4 !== 0,
      resource_type: index % 5 ? 'patient' : 'organization',
      resource_id: `r-${index % 5}`,
      request_id: `req-${index % 6}`,
    }),
  );
  foreign = auditEvent({
    organization_id: 2,
    timestamp: at(1),
    user_id: anna,
    patient_id: anna,
    request_id: 'req-1',
  });
  await ingest(instance, [foreign, ...events]);
});
afterAll(() => telemetry.stop());

function search(request: Partial<AuditSearchRequest> = {}): Promise<AuditSearchResponse> {
  return instance.channel.post('/internal/v1/audit-logs/search', {
    organization_id: 1,
    filters: {},
    page_size: 100,
    before: null,
    reveal_identity: false,
    ...request,
  });
}

const get = async (organization_id: number, event_id: string, reveal_identity = false) => {
  const body = { organization_id, event_id, reveal_identity };
  return (await instance.channel.post<AuditGetResponse>('/internal/v1/audit-logs/get', body)).entry;
};

const newestFirst = (list: AuditEvent[]) =>
  [...list]
    .sort((a, b) => (a.timestamp + a.event_id < b.timestamp + b.event_id ? 1 : -1))
    .map(({ event_id }) => event_id);

const ids = ({ entries }: AuditSearchResponse) => entries.map(({ event_id }) => event_id);

it('shows an organization all of its entries, newest first, and none of another', async () => {
  expect(ids(await search())).toEqual(newestFirst(events));
  expect(ids(await search({ organization_id: 2 }))).toEqual([foreign.event_id]);
  expect(ids(await search({ organization_id: 3 }))).toEqual([]);
  const platform = (await search({ organization_id: 0 })).entries;
  expect(new Set(platform.map(({ action }) => action))).toEqual(new Set(['key_use']));
});

it.each([1, 2, 5, 12, 100])(
  'pages through them %i at a time, each once, also within one timestamp',
  async (page_size) => {
    const seen: string[] = [];
    let before: AuditPosition | null = null;
    do {
      const page: AuditSearchResponse = await search({ page_size, before });
      expect(page.entries.length).toBeLessThanOrEqual(page_size);
      seen.push(...ids(page));
      before = page.next;
    } while (before);
    expect(seen).toEqual(newestFirst(events));
  },
);

it.each<[string, AuditSearchRequest['filters'], (event: AuditEvent) => boolean]>([
  ['user_id', { user_id: anna }, (event) => event.user_id === anna],
  ['patient_id', { patient_id: anna }, (event) => event.patient_id === anna],
  ['resource_type', { resource_type: 'organization' }, (event) => event.resource_type === 'organization'],
  ['resource_id', { resource_id: 'r-3' }, (event) => event.resource_id === 'r-3'],
  ['action', { action: 'deny' }, (event) => event.action === 'deny'],
  ['success', { success: false }, (event) => !event.success],
  ['request_id', { request_id: 'req-1' }, (event) => event.request_id === 'req-1'],
  ['from, inclusive', { from: at(2) }, (event) => event.timestamp >= at(2)],
  ['to, exclusive', { to: at(2) }, (event) => event.timestamp < at(2)],
  [
    'all of them',
    { user_id: ben, action: 'view', success: true, from: at(0), to: at(3) },
    (event) => event.user_id === ben && event.action === 'view' && event.timestamp < at(3),
  ],
])('filters by %s within the organization', async (_, filters, matches) => {
  const expected = newestFirst(events.filter(matches));
  expect(expected.length).toBeGreaterThan(0);
  expect(expected.length).toBeLessThan(events.length);
  expect(ids(await search({ filters }))).toEqual(expected);
});

it('finds an entry by its id for its own organization only', async () => {
  const [event] = events as [AuditEvent];
  await expect(get(1, event.event_id)).resolves.toMatchObject({ event_id: event.event_id, leaf_index: 0 });
  await expect(get(2, event.event_id)).resolves.toBeNull();
  await expect(get(1, foreign.event_id)).resolves.toBeNull();
  await expect(get(1, uuidv7())).resolves.toBeNull();
});

it('stores e-mail addresses as envelopes and opens them only where identity is to be revealed', async () => {
  const stored = await telemetry.sql<{ user_email: string; row: string }>(
    'select user_email, row::text as row from audit.audit_logs row where organization_id > 0',
  );
  for (const { user_email, row } of stored) {
    expect(isEnvelope(user_email)).toBe(true);
    expect(row).not.toContain('clinic.example');
  }
  const addresses = async (reveal_identity: boolean) =>
    new Set((await search({ reveal_identity })).entries.map(({ user_email }) => user_email));
  await expect(addresses(false)).resolves.toEqual(new Set([null]));
  await expect(addresses(true)).resolves.toEqual(new Set(['specialist@clinic.example']));
  const [event] = events as [AuditEvent];
  await expect(get(1, event.event_id)).resolves.toMatchObject({ user_email: null });
  await expect(get(1, event.event_id, true)).resolves.toMatchObject({
    user_email: 'specialist@clinic.example',
  });
});

it('keeps the key of an address wrapped, and does not open an envelope that was moved to another person', async () => {
  const keys = await telemetry.sql<{ wrapped_key: string }>('select wrapped_key from integrity.data_keys');
  expect(keys.length).toBe(1);
  expect(isEnvelope(keys[0]?.wrapped_key)).toBe(true);
  const [event] = events as [AuditEvent];
  // Past the triggers: on a hypertable stored in columns they cannot be switched off.
  await telemetry.sql(`begin; set local session_replication_role = replica;
    update audit.audit_logs set user_email =
      (select user_email from audit.audit_logs where event_id = '${foreign.event_id}')
     where event_id = '${event.event_id}'; commit`);
  await expect(get(1, event.event_id, true)).resolves.toMatchObject({ user_email: null });
});

it.each<[string, object]>([
  ['organization_id', { organization_id: '1 or true' }],
  ['page_size', { page_size: 101 }],
  ['page_size', { page_size: 0 }],
  ['filters.user_id', { filters: { user_id: "' or true --" } }],
  ['filters.from', { filters: { from: 'yesterday' } }],
  ['filters.action', { filters: { action: 'everything' } }],
  ['filters.extra', { filters: { extra: 'x' } }],
  ['before.event_id', { before: { timestamp: at(1), event_id: 'x' } }],
  ['reveal_identity', { reveal_identity: 'yes' }],
])('refuses a wrong %s by name', async (field, request) => {
  await expect(search(request)).rejects.toMatchObject({ code: 'validation_error', errors: [{ field }] });
});
