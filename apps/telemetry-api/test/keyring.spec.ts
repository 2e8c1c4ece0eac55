import { openEnvelope } from '@restartix/crypto';
import { KeyringService } from '../src/integrity/keyring.service';
import { Telemetry } from './telemetry';

let telemetry: Telemetry;

beforeAll(async () => (telemetry = await Telemetry.create()));
afterAll(() => telemetry.stop());

const keyring = async (environment?: Record<string, string>) =>
  (await telemetry.start(environment)).app.get(KeyringService, { strict: false });

describe('data keys', () => {
  it('are one per month, the same for instances that ask at once, and found again by their version', async () => {
    const [one, two] = [await keyring(), await keyring()];
    const november = new Date('2031-11-30T23:59:59.999Z');
    const asked = await Promise.all([one, two, one, two].map((ring) => ring.currentDataKey(november)));
    expect(new Set(asked.map(({ version }) => version))).toEqual(new Set([20311101]));
    expect(new Set(asked.map(({ key }) => key.toString('hex'))).size).toBe(1);
    const december = await two.currentDataKey(new Date('2031-12-01T00:00:00Z'));
    expect(december.version).toBe(20311201);
    expect(december.key.equals(asked[0]?.key ?? december.key)).toBe(false);
    await expect(one.dataKey(20311201)).resolves.toEqual(december.key);
    await expect(one.dataKey(20310101)).rejects.toThrow('There is no data key 20310101');
  });

  it('of which a month may have several: the newest seals, and one moved from another place does not open', async () => {
    const ring = await keyring();
    await ring.currentDataKey(new Date('2032-01-15T00:00:00Z'));
    await telemetry.sql(
      `insert into integrity.data_keys (version, period, wrapped_key)
       select 20320102, period, wrapped_key from integrity.data_keys where version = 20320101`,
    );
    const other = await keyring();
    await expect(other.currentDataKey(new Date('2032-01-15T00:00:00Z'))).rejects.toThrow(/does not open/);
  });
});

describe('actor keys', () => {
  it('are one per organization and quarter, the same for instances that ask at once', async () => {
    const [one, two] = [await keyring(), await keyring()];
    const asked = await Promise.all([one, two, one, two].map((ring) => ring.actorKey(1, '2026-10-01')));
    const others = [await two.actorKey(2, '2026-10-01'), await one.actorKey(1, '2027-01-01')];
    const distinct = new Set([...asked, ...others].map((key) => key.toString('hex')));
    expect(new Set(asked.map((key) => key.toString('hex'))).size).toBe(1);
    expect(distinct.size).toBe(3);
  });
});

it('keeps every key wrapped: the root key opens them, another does not', async () => {
  const one = await keyring();
  const key = await one.actorKey(7, '2026-10-01');
  const stranger = await keyring({ TELEMETRY_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64') });
  await expect(stranger.actorKey(7, '2026-10-01')).rejects.toThrow(/No root key at hand opens this/);
  const rows = await telemetry.sql<{ wrapped_key: string }>(
    'select wrapped_key from integrity.actor_keys union all select wrapped_key from integrity.data_keys',
  );
  const root = Buffer.from(telemetry.keys.telemetryEncryptionKey, 'base64');
  for (const { wrapped_key } of rows) {
    expect(wrapped_key).not.toContain(key.toString('base64url'));
    expect(() => openEnvelope(root, wrapped_key, '')).toThrow();
  }
});
