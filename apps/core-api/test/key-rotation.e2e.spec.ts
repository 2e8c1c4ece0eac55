import { randomBytes } from 'node:crypto';
import type { AuditLogEntry } from '@restartix/contracts';
import type { Database } from '@restartix/database';
import { SCRIPTS, startPlatform, type Platform } from '@restartix/testing';
import { PROTECTED_COLUMNS } from '../src/people/patients/patient.entity';
import { PROFILE_COLUMNS } from '../src/people/profiles/profile.entity';
import { SEALED } from '../src/care/appointments/appointment.cipher';
import { SEALED_COLUMNS } from '../src/platform/sealed-columns';
import { caller, eventually } from './api';

interface Report {
  organization_id: number;
  version: number;
  rewrapped: number;
  moved: number;
  unreadable: number;
}

/** Envelopes that no rotation of organizations' keys moves: of a patient's record, of keys, and events on their way. */
const OTHERS = [
  ...PROTECTED_COLUMNS.map((column) => `patients.${column}`),
  ...PROFILE_COLUMNS.map((column) => `patient_persons.${column}`),
  ...SEALED.map((column) => `appointments.${column}`),
  ...['payer', 'member_id', 'group_number', 'plan'].map((column) => `coverages.${column}`),
  ...['name', 'phone', 'email'].map((column) => `patient_caregivers.${column}`),
  'messages.data',
  'organization_keys.wrapped_key',
  'audit_outbox.event',
];

describe('the rotation of keys', () => {
  let platform: Platform;
  let main: Database;

  beforeAll(async () => {
    platform = await startPlatform({ environment: { coreApi: { KEY_REFRESH_SECONDS: '1' } } });
    main = await platform.superuser('main');
  }, 240_000);
  afterAll(async () => {
    await main?.close();
    await platform?.stop();
  });

  const reportsOf = (output: string) =>
    output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Report);

  const versions = async (): Promise<Record<string, number[]>> => {
    const found: Record<string, number[]> = {};
    for (const { table, column } of SEALED_COLUMNS) {
      const rows = await main.query<{ version: number }>(
        `select distinct split_part(${column}, '.', 2)::int as version from ${table} where ${column} like 'e1.%'`,
      );
      found[`${table}.${column}`] = rows.map(({ version }) => version);
    }
    return found;
  };

  /** Staff and patients at work; every answer counts. */
  function load(): { stop(): Promise<number[]> } {
    let stopped = false;
    const statuses: number[] = [];
    const work = platform.organizations.map(async ({ tokens, patients }, turn) => {
      const specialist = caller(platform, tokens.specialist);
      while (!stopped) {
        const asked = [
          specialist.get(`/v1/patients/${patients[turn]}`),
          specialist.get('/v1/specialists'),
          specialist.patch(`/v1/patients/${patients[2]}`, { phone: `+4071100${1000 + statuses.length}` }),
          specialist.post('/v1/patients', { first_name: 'Ana', last_name: 'Pop' }),
          caller(platform, tokens.compliance).get('/v1/me'),
        ];
        for (const answer of await Promise.all(asked)) statuses.push(answer.status);
      }
    });
    return {
      stop: async () => {
        stopped = true;
        await Promise.all(work);
        return statuses;
      },
    };
  }

  it('knows every column of envelopes there is', async () => {
    const columns = await main.query<{ table: string; column: string }>(
      `select table_name as table, column_name as column from information_schema.columns
        where table_schema = 'public' and data_type in ('text', 'jsonb')`,
    );
    const known = [...SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`), ...OTHERS];
    const unknown: string[] = [];
    for (const { table, column } of columns) {
      const [found] = await main.query(
        `select 1 as found from ${table} where ${column}::text ~ 'e1[.][0-9]+[.][A-Za-z0-9_-]{20}' limit 1`,
      );
      if (found && !known.includes(`${table}.${column}`)) unknown.push(`${table}.${column}`);
    }
    expect(unknown).toEqual([]);
  });

  it('moves everything under new versions while people work: no answer fails, nothing is left on the old', async () => {
    const working = load();
    const reports = reportsOf(
      await platform.operate('coreApi', SCRIPTS.coreKeyRotation, ['--organizations']),
    );
    const statuses = await working.stop();
    expect(statuses.length).toBeGreaterThan(30);
    expect(statuses.filter((status) => ![200, 201].includes(status))).toEqual([]);
    expect(reports.map(({ organization_id }) => organization_id)).toEqual([
      0,
      ...platform.organizations.map(({ id }) => id),
    ]);
    for (const report of reports) expect(report).toMatchObject({ version: 2, unreadable: 0 });
    for (const found of Object.values(await versions())) expect([[], [2]]).toContainEqual(found);
  });

  it('leaves events of its own, and none that looks like a change of what was moved', async () => {
    const { tokens } = platform.organizations[0]!;
    const trail = async () =>
      (
        await caller(platform, tokens.compliance).get(
          '/v1/audit-logs?resource_type=organization_key&action=configure&page_size=100',
        )
      ).body.data as AuditLogEntry[];
    const events = await eventually(trail, ({ length }) => length >= 3);
    const steps = events.map(({ details }) => details['step']);
    expect(steps).toEqual(
      expect.arrayContaining(['new version', 'patient_keys.wrapped_key', 'specialists.name']),
    );
    const changed = await caller(platform, tokens.compliance)
      .get('/v1/audit-logs?action=update&page_size=100')
      .expect(200);
    const bySystem = (changed.body.data as AuditLogEntry[]).filter(({ user_role }) => user_role === 'system');
    expect(bySystem.filter(({ details }) => details.description === 'rotation of keys')).toEqual([]);
  });

  it('of the root wraps the keys anew while the old root still opens them; then the old one is gone', async () => {
    const next = randomBytes(32).toString('base64');
    const [{ wrapped } = { wrapped: '' }] = await main.query<{ wrapped: string }>(
      'select wrapped_key as wrapped from patient_keys limit 1',
    );
    const roots = { ENCRYPTION_KEY: next, ENCRYPTION_EARLIER_KEYS: platform.encryptionKey };
    const rotate = async () =>
      reportsOf(await platform.operate('coreApi', SCRIPTS.coreKeyRotation, ['--root'], roots));
    for (const { rewrapped } of await rotate()) expect(rewrapped).toBe(2);
    for (const { rewrapped } of await rotate()) expect(rewrapped).toBe(0);
    const still = await main.query('select 1 as found from patient_keys where wrapped_key = $1', [wrapped]);
    expect(still).toHaveLength(1);
    await platform.kill('coreApi');
    await platform.start('coreApi', { ENCRYPTION_KEY: next });
    for (const { tokens, patients } of platform.organizations) {
      const { body } = await caller(platform, tokens.specialist)
        .get(`/v1/patients/${patients[2]}`)
        .expect(200);
      expect(body.data.phone).toMatch(/^\+4071100/);
    }
  });
});
