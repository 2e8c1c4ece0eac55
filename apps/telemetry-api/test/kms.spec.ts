import type { AuditSearchResponse } from '@restartix/contracts';
import { EnvelopeError } from '@restartix/crypto';
import { KmsLab } from '@restartix/vendor-lab';
import { KeyringService } from '../src/integrity/keyring.service';
import { auditEvent, ingest } from './events';
import { Telemetry, type Instance } from './telemetry';

const CREDENTIALS = {
  accessKeyId: 'AKIALAB',
  secretAccessKey: 'a secret of the lab',
  region: 'eu-central-1',
};
const KEY = 'arn:aws:kms:eu-central-1:000000000000:key/telemetry';
const ADDRESS = 'specialist@clinic.example';
const ORGANIZATIONS = [1, 2] as const;

/** The record of two organizations begins under TELEMETRY_ENCRYPTION_KEY and moves to a key of KMS. */
describe('keys of the telemetry database under a root key in KMS', () => {
  const kms = new KmsLab({ ...CREDENTIALS, keys: [KEY] });
  let telemetry: Telemetry;
  let environment: Record<string, string>;

  beforeAll(async () => {
    environment = {
      TELEMETRY_KMS_KEY_ID: KEY,
      KMS_REGION: CREDENTIALS.region,
      KMS_ENDPOINT: await kms.start(),
      KMS_ACCESS_KEY: CREDENTIALS.accessKeyId,
      KMS_SECRET_KEY: CREDENTIALS.secretAccessKey,
    };
    telemetry = await Telemetry.create();
    const local = await telemetry.start();
    for (const organization_id of ORGANIZATIONS) await ingest(local, [auditEvent({ organization_id })]);
    await keyring(local).actorKey(1, '2026-10-01');
  });
  afterAll(async () => {
    await telemetry?.stop();
    await kms.stop();
  });

  const keyring = (of: Instance) => of.app.get(KeyringService, { strict: false });
  const wrapped = () =>
    telemetry.sql<{ key: string }>(
      'select wrapped_key as key from integrity.actor_keys union all select wrapped_key from integrity.data_keys',
    );
  const rows = () =>
    telemetry.sql('select event_id, user_email, xmin::text from audit.audit_logs where organization_id > 0');
  const addresses = async (of: Instance, organization_id: number) => {
    const { entries } = await of.channel.post<AuditSearchResponse>('/internal/v1/audit-logs/search', {
      ...{ organization_id, filters: {}, page_size: 100, before: null, reveal_identity: true },
    });
    return entries.map(({ user_email }) => user_email);
  };

  it('move there while no row of the record changes, and open by KMS from then on', async () => {
    const before = await rows();
    const moving = await telemetry.start(environment);
    expect(await addresses(moving, 1)).toEqual([ADDRESS]);
    expect(kms.calls).toEqual([]);
    expect(await keyring(moving).wrapAnew()).toBe(2);
    expect(await keyring(moving).wrapAnew()).toBe(0);
    expect((await wrapped()).map(({ key }) => key.slice(0, 3))).toEqual(['k1.', 'k1.']);
    expect(await rows()).toEqual(before);
    const moved = await telemetry.start(environment);
    for (const organization of ORGANIZATIONS) expect(await addresses(moved, organization)).toEqual([ADDRESS]);
    expect(kms.calls.at(-1)).toMatchObject({
      operation: 'Decrypt',
      context: { purpose: 'integrity.data_keys' },
    });
  });

  it('open for nobody who has the local root only', async () => {
    const local = await telemetry.start();
    await expect(keyring(local).actorKey(1, '2026-10-01')).rejects.toThrow(EnvelopeError);
  });

  it('stay closed while KMS refuses: events are not taken, and are when it opens again', async () => {
    const starting = await telemetry.start(environment);
    const events = ORGANIZATIONS.map((organization_id) => auditEvent({ organization_id }));
    const before = await rows();
    kms.disabled.add(KEY);
    await expect(ingest(starting, events)).rejects.toMatchObject({ code: 'telemetry_unavailable' });
    expect(await rows()).toEqual(before);
    kms.disabled.delete(KEY);
    expect(await ingest(starting, events)).toMatchObject([{ status: 'stored' }, { status: 'stored' }]);
    for (const organization of ORGANIZATIONS)
      expect(await addresses(starting, organization)).toEqual([ADDRESS, ADDRESS]);
  });
});
