import { randomBytes } from 'node:crypto';
import type { AuditSearchResponse } from '@restartix/contracts';
import { envelopeVersion } from '@restartix/crypto';
import { KeyringService } from '../src/integrity/keyring.service';
import { auditEvent, ingest } from './events';
import { Telemetry, type Instance } from './telemetry';

let telemetry: Telemetry;
let instance: Instance;
/** The root the second spec rotates to. */
const next = randomBytes(32).toString('base64');

beforeAll(async () => {
  telemetry = await Telemetry.create();
  instance = await telemetry.start({ KEY_REFRESH_SECONDS: '1' });
});
afterAll(() => telemetry?.stop());

const keyring = (of: Instance) => of.app.get(KeyringService, { strict: false });
const rows = () =>
  telemetry.sql<{ event_id: string; user_email: string; xmin: string }>(
    'select event_id, user_email, xmin::text from audit.audit_logs where organization_id > 0 order by event_id',
  );
const read = async (of: Instance, organization_id: number) => {
  const { entries } = await of.channel.post<AuditSearchResponse>('/internal/v1/audit-logs/search', {
    organization_id,
    filters: {},
    page_size: 100,
    before: null,
    reveal_identity: true,
  });
  return entries;
};
const send = (of: Instance, organization_id: number) => ingest(of, [auditEvent({ organization_id })]);

it('a further key of the month seals what comes in later, in every process, while the earlier opens what it sealed', async () => {
  await send(instance, 1);
  const first = await keyring(instance).currentDataKey();
  const other = await telemetry.start({ KEY_REFRESH_SECONDS: '1' });
  let sending = true;
  const stream = (async () => {
    const results = [];
    while (sending) results.push(...(await send(instance, 2)));
    return results;
  })();
  expect(await keyring(other).renewDataKey()).toBe(first.version + 1);
  const deadline = Date.now() + 10_000;
  while ((await keyring(instance).currentDataKey()).version === first.version && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 50));
  await send(instance, 2);
  sending = false;
  const results = await stream;
  expect(results.filter(({ status }) => status !== 'stored')).toEqual([]);
  const versions = new Set((await rows()).map(({ user_email }) => envelopeVersion(user_email)));
  expect(versions).toEqual(new Set([first.version, first.version + 1]));
  for (const organization of [1, 2])
    for (const { user_email } of await read(other, organization))
      expect(user_email).toBe('specialist@clinic.example');
});

it('of the root wraps every key anew and rewrites no row; afterwards the old root opens nothing', async () => {
  await keyring(instance).actorKey(1, '2026-10-01');
  await keyring(instance).actorKey(2, '2026-10-01');
  const before = await rows();
  const roots = {
    TELEMETRY_ENCRYPTION_KEY: next,
    TELEMETRY_EARLIER_KEYS: telemetry.keys.telemetryEncryptionKey,
  };
  const rotating = await telemetry.start(roots);
  expect(await keyring(rotating).wrapAnew()).toBe(4);
  expect(await keyring(rotating).wrapAnew()).toBe(0);
  const alone = await telemetry.start({ TELEMETRY_ENCRYPTION_KEY: next });
  expect((await read(alone, 1))[0]!.user_email).toBe('specialist@clinic.example');
  expect(await keyring(alone).actorKey(1, '2026-10-01')).toEqual(
    await keyring(instance).actorKey(1, '2026-10-01'),
  );
  const old = await telemetry.start();
  await expect(keyring(old).actorKey(1, '2026-10-01')).rejects.toThrow('No root key at hand');
  expect((await rows()).slice(0, before.length)).toEqual(before);
});

it('cannot be made without the right of the maintainer, and says so', async () => {
  const narrow = await telemetry.start({
    TELEMETRY_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    TELEMETRY_EARLIER_KEYS: telemetry.keys.telemetryEncryptionKey,
    TELEMETRY_DATABASE_MAINTAINER_URL: '',
  });
  await expect(keyring(narrow).wrapAnew()).rejects.toThrow();
});

describe('the use of a key', () => {
  it('is an event of the platform log for each opening, and none opens whose use cannot be recorded', async () => {
    const fresh = await telemetry.start({ TELEMETRY_ENCRYPTION_KEY: next });
    const { version } = await keyring(fresh).currentDataKey();
    const uses = (await read(instance, 0)).filter(({ action }) => action === 'key_use');
    expect(uses.some(({ resource_id }) => resource_id === String(version))).toBe(true);
    expect(uses.find(({ resource_type }) => resource_type === 'actor_key')).toMatchObject({
      resource_id: '2026-10-01',
      user_role: 'system',
    });
    const unheard = await telemetry.start({ TELEMETRY_ENCRYPTION_KEY: next });
    keyring(unheard).recordUsesWith(() => Promise.reject(new Error('no record')));
    await expect(keyring(unheard).currentDataKey()).rejects.toThrow('no record');
    await expect(keyring(unheard).dataKey(version)).rejects.toThrow('no record');
    await expect(keyring(unheard).actorKey(1, '2026-10-01')).rejects.toThrow('no record');
  });
});
