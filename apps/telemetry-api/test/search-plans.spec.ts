import type { AuditSearchRequest } from '@restartix/contracts';
import type { Statement } from '@restartix/database';
import { AuditLogRepository } from '../src/audit-log/audit-log.repository';
import type { ReaderDatabase, WriterDatabase } from '../src/platform/telemetry-databases';
import { Telemetry } from './telemetry';

/** Of each of two organizations: enough that the planner prefers an index where there is a right one. */
const EVENTS = 15_000;
const USER = '0192f3a1-0000-7000-8000-000000000007';
const MONTH = new Date().toISOString().slice(0, 7);
const PARTITION = `audit_logs_${MONTH.replace('-', '_')}`;

/** Mostly views of patients by a hundred users; one event in a thousand is a sign-in, and one in five hundred refused. */
const FILL = `
with made as (
  select gen_random_uuid() as event_id, n, 1 + n % 2 as organization_id from generate_series(1, ${2 * EVENTS}) n),
leaf as (
  insert into integrity.leaves (event_id, organization_id, leaf_index, leaf_hash)
  select event_id, organization_id, n / 2, sha256(event_id::text::bytea) from made)
insert into audit.audit_logs (event_id, "timestamp", organization_id, user_id, user_role, action, resource_type,
    resource_id, patient_id, request_id, success, details)
select event_id, '${MONTH}-01T00:00:00Z'::timestamptz + n * interval '1 second', organization_id,
  ('0192f3a1-0000-7000-8000-' || lpad(((n / 2) % 100)::text, 12, '0'))::uuid, 'specialist',
  case when (n / 2) % 1000 = 0 then 'login' else 'view' end, 'patient', ((n / 2) % 500)::text,
  ('0192f3a1-0000-7000-8000-' || lpad(((n / 2) % 500)::text, 12, '0'))::uuid, 'request-' || n,
  (n / 2) % 500 <> 1, '{}' from made`;

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  Plans?: Plan[];
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** How PostgreSQL answers a page of a search, as the reader of one organization. */
describe('a page of a search of the audit log', () => {
  let telemetry: Telemetry;

  beforeAll(async () => {
    telemetry = await Telemetry.create();
    await telemetry.sql(FILL);
    await telemetry.sql('analyze');
  });
  afterAll(() => telemetry?.stop());

  async function plan(filters: AuditSearchRequest['filters']): Promise<Plan[]> {
    let asked: Statement | undefined;
    const single = (_: object, statement: Statement) => Promise.resolve(((asked = statement), []));
    const reader = { single } as unknown as ReaderDatabase;
    const before = { timestamp: `${MONTH}-02T00:00:00.000Z`, event_id: USER };
    await new AuditLogRepository({} as WriterDatabase, reader).search(1, filters, before, 26);
    const client = await telemetry.superuser.connect();
    try {
      await client.query(`begin; set local role telemetry_reader; set local app.current_org_id = '1'`);
      const { text, values } = asked as Statement;
      const { rows } = await client.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
        `explain (format json) ${text}`,
        values as unknown[],
      );
      return nodesOf(rows[0]!['QUERY PLAN'][0]!.Plan);
    } finally {
      await client.query('rollback');
      client.release();
    }
  }

  it.each<[string, AuditSearchRequest['filters'], RegExp]>([
    ['the newest', {}, /timestamp/],
    ['of a user', { user_id: USER }, /user_id = /],
    ['of a patient', { patient_id: USER }, /patient_id = /],
    [
      'of a kind of thing',
      { resource_type: 'patient', resource_id: '7' },
      /resource_type = .*resource_id = /,
    ],
    ['of a request', { request_id: 'request-77' }, /request_id = /],
    ['from a time on', { from: `${MONTH}-01T07:00:00Z` }, /timestamp/],
    ['up to a time', { to: `${MONTH}-01T01:00:00Z` }, /timestamp/],
    ['of a rare action', { action: 'login' }, /action = /],
    ['of what was refused', { success: false }, /timestamp/],
  ])('%s goes by an index of the organization', async (_, filters, condition) => {
    if (await telemetry.isHypertable()) return; // chunks have their own names; the indexes are the same
    const [filled] = (await plan(filters)).filter((node) => node['Relation Name'] === PARTITION);
    expect(filled?.['Index Cond']).toContain('organization_id = ');
    expect(filled?.['Index Cond']).toMatch(condition);
    if (filters.success !== false) return;
    const [index] = await telemetry.sql<{ definition: string }>(
      'select indexdef as definition from pg_indexes where indexname = $1',
      [filled?.['Index Name']],
    );
    expect(index?.definition).toContain('WHERE (NOT success)');
  });

  it('walks all of them where no index fits: the guard can tell', async () => {
    await telemetry.sql('drop index audit.audit_logs_user');
    const [scan] = (await plan({ user_id: USER })).filter((node) =>
      /^audit_logs_\d/.test(node['Relation Name'] ?? ''),
    );
    expect(scan?.['Index Cond'] ?? '').not.toMatch(/user_id = /);
  });
});
