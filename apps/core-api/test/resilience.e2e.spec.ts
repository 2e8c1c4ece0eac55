import type { HealthReport } from '@restartix/contracts';
import { startPlatform, type Platform } from '@restartix/testing';
import { caller, eventsOf, eventually, requestId, type Caller } from './api';

describe('when a dependency is away', () => {
  let platform: Platform;
  let specialist: Caller;
  let compliance: Caller;
  let patientId: string;

  beforeAll(async () => {
    platform = await startPlatform();
    const { tokens, patients } = platform.organizations[0]!;
    specialist = caller(platform, tokens.specialist);
    compliance = caller(platform, tokens.compliance);
    patientId = patients[0]!;
  }, 120_000);

  afterAll(() => platform?.stop());

  const health = async () => (await caller(platform).get('/health')).body as HealthReport;

  it('care goes on without telemetry-api, events wait, and none is lost', async () => {
    await platform.kill('telemetryApi');
    const reads = [];
    for (let count = 0; count < 20; count += 1)
      reads.push(await specialist.get(`/v1/patients/${patientId}`).expect(200));
    expect((await compliance.get('/v1/audit-logs').expect(503)).body.code).toBe('telemetry_unavailable');
    const degraded = await eventually(health, ({ status }) => status === 'degraded');
    expect(degraded.dependencies.telemetry_api).toMatchObject({ status: 'down', criticality: 'medium' });
    await caller(platform).get('/health/ready').expect(200);
    await platform.start('telemetryApi');
    for (const read of reads) expect(await eventsOf(compliance, requestId(read), 1)).toHaveLength(1);
  }, 60_000);

  it('telemetry-api refuses who is not core-api', async () => {
    const direct = await fetch(`${platform.telemetryApi}/internal/v1/audit-logs/search`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        organization_id: 1,
        filters: {},
        page_size: 1,
        before: null,
        reveal_identity: true,
      }),
    });
    expect(direct.status).toBe(401);
    expect(await direct.json()).toMatchObject({ code: 'channel_signature_invalid' });
  });

  it('core-api writes what it counted of anonymous refusals before it ends', async () => {
    for (let count = 0; count < 3; count += 1) {
      await caller(platform).get('/v1/me').set('X-Forwarded-For', '198.51.100.7').expect(401);
    }
    await platform.kill('coreApi', 'SIGTERM');
    await platform.start('coreApi');
    const telemetry = await platform.superuser('telemetry');
    const refusals = () =>
      telemetry.query<{ count: number }>(
        `select (details ->> 'count')::int as count from audit.audit_logs
          where organization_id = 0 and action = 'deny' and ip_address = '198.51.100.7'`,
      );
    expect(await eventually(refusals, (rows) => rows.length > 0)).toEqual([{ count: 3 }]);
    await telemetry.close();
  }, 60_000);

  it('a read whose event cannot be written is not made', async () => {
    const owner = await platform.superuser('main');
    await owner.query('revoke insert on audit_outbox from core_app');
    try {
      const refused = await specialist.get(`/v1/patients/${patientId}`);
      expect(refused.status).toBe(503);
      expect(refused.body.code).toBe('audit_unavailable');
      expect(JSON.stringify(refused.body)).not.toContain('first_name');
    } finally {
      await owner.query('grant insert on audit_outbox to core_app');
      await owner.close();
    }
    await specialist.get(`/v1/patients/${patientId}`).expect(200);
  });
});
