import type { AuditLogEntry } from '@restartix/contracts';
import { SCRIPTS, startPlatform, type Platform } from '@restartix/testing';
import { KmsLab } from '@restartix/vendor-lab';
import { caller, eventually } from './api';

const CREDENTIALS = {
  accessKeyId: 'AKIALAB',
  secretAccessKey: 'a secret of the lab',
  region: 'eu-central-1',
};
const KEY = 'arn:aws:kms:eu-central-1:000000000000:key/own';

/** Both organizations begin under ENCRYPTION_KEY and move to a key of KMS. */
describe('organizations’ keys under a root key in KMS', () => {
  const kms = new KmsLab({ ...CREDENTIALS, keys: [KEY] });
  let platform: Platform;
  let environment: Record<string, string>;
  let port: number;

  beforeAll(async () => {
    const endpoint = await kms.start();
    port = Number(new URL(endpoint).port);
    environment = {
      KMS_KEY_ID: KEY,
      KMS_REGION: CREDENTIALS.region,
      KMS_ENDPOINT: endpoint,
      KMS_ACCESS_KEY: CREDENTIALS.accessKeyId,
      KMS_SECRET_KEY: CREDENTIALS.secretAccessKey,
    };
    platform = await startPlatform({ patients: 3 });
  }, 240_000);
  afterAll(async () => {
    await platform?.stop();
    await kms.stop();
  });

  const restart = async (): Promise<void> => {
    await platform.kill('coreApi');
    await platform.start('coreApi', environment);
  };
  const read = (index: number) => {
    const { tokens, patients } = platform.organizations[index]!;
    return caller(platform, tokens.specialist).get(`/v1/patients/${patients[0]}`);
  };
  const wrapped = async (): Promise<string[]> => {
    const main = await platform.superuser('main');
    const rows = await main.query<{ key: string }>('select wrapped_key as key from organization_keys');
    await main.close();
    return rows.map(({ key }) => key.slice(0, 3));
  };
  const organizationsOf = (operation: string) =>
    new Set(
      kms.calls.filter((call) => call.operation === operation).map(({ context }) => context['organization']),
    );

  it('are opened by the root of before until they are wrapped anew, and by KMS from then on', async () => {
    expect(new Set(await wrapped())).toEqual(new Set(['e1.']));
    await restart();
    for (const index of [0, 1]) expect((await read(index).expect(200)).body.data.first_name).toBeTruthy();
    expect(kms.calls).toEqual([]);
    await platform.operate('coreApi', SCRIPTS.coreKeyRotation, ['--root'], environment);
    expect(new Set(await wrapped())).toEqual(new Set(['k1.']));
    const all = new Set(['0', ...platform.organizations.map(({ id }) => String(id))]);
    expect(organizationsOf('Encrypt')).toEqual(all);
    await restart();
    for (const index of [0, 1]) expect((await read(index).expect(200)).body.data.first_name).toBeTruthy();
    expect(organizationsOf('Decrypt')).toEqual(all);
    for (const { context } of kms.calls) expect(context['purpose']).toBe('organization-key');
  });

  it('leave an event of every opening, in the organization’s own log: which key, why, in which request', async () => {
    for (const { id, tokens } of platform.organizations) {
      const events = await eventually(
        async () =>
          (
            await caller(platform, tokens.compliance)
              .get('/v1/audit-logs?action=key_use&resource_type=organization_key&page_size=100')
              .expect(200)
          ).body.data as AuditLogEntry[],
        (found) => found.some(({ details }) => details.description?.includes('wrapped under') === true),
      );
      for (const event of events) {
        expect(event).toMatchObject({ organization_id: id, resource_id: '1' });
        expect(event.request_id).toBeTruthy();
      }
      const opened = kms.calls.filter(
        ({ operation, context }) => operation === 'Decrypt' && context['organization'] === String(id),
      );
      expect(events.length).toBeGreaterThanOrEqual(opened.length);
    }
  });

  it('stay closed while KMS is away or refuses, and open when it is back', async () => {
    await kms.stop();
    await restart();
    const refused = await read(0).expect(503);
    expect(refused.body).toMatchObject({ code: 'keys_unavailable' });
    expect(refused.body).not.toHaveProperty('data');
    await kms.start(port);
    kms.disabled.add(KEY);
    for (const index of [0, 1]) expect((await read(index).expect(503)).body.code).toBe('keys_unavailable');
    kms.disabled.delete(KEY);
    for (const index of [0, 1]) await read(index).expect(200);
  });
});
