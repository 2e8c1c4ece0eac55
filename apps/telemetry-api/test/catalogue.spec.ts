import type { PoolClient } from 'pg';
import { Telemetry } from './telemetry';

let telemetry: Telemetry;
beforeAll(async () => (telemetry = await Telemetry.create()));
afterAll(() => telemetry.stop());

const names = async (text: string) => (await telemetry.sql<{ name: string }>(text)).map(({ name }) => name);

it('has exactly six tables in four schemas, and nothing else outside of integrity', async () => {
  const tables = await names(
    `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'm', 'f') and not c.relispartition
       and n.nspname not in ('pg_catalog', 'information_schema', 'integrity') and n.nspname not like 'pg_%'
       and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
       and n.nspname not like '%timescaledb%' order by 1`,
  );
  expect(tables).toEqual([
    'audit.audit_logs',
    'privacy.ccpa_exclusions',
    'privacy.exclusion_syncs',
    'security.security_alerts',
    'security.security_events',
    'staff.staff_activity',
  ]);
});

it('keeps its internals in integrity', async () => {
  const tables = await names(
    `select relname as name from pg_class where relkind = 'r' and relnamespace = 'integrity'::regnamespace order by 1`,
  );
  expect(tables).toEqual([
    ...[
      'actor_keys',
      'checkpoints',
      'data_keys',
      'faults',
      'leaves',
      'legal_hold_lifts',
      'legal_holds',
      'nodes',
    ],
    ...[
      'projections',
      'retention_drops',
      'retention_notices',
      'schema_migrations',
      'verifications',
      'withdrawals',
    ],
  ]);
});

it('gives each role its rights and no other', async () => {
  const rights = await names(
    `select grantee || ' ' || lower(privilege_type) || ' ' || table_schema || '.' || table_name as name
     from information_schema.role_table_grants
     where grantee like 'telemetry_%' and table_schema not like '%timescaledb%' order by 1`,
  );
  const tables = [
    'audit.audit_logs',
    ...['security.security_alerts', 'security.security_events', 'staff.staff_activity'],
    ...['actor_keys', 'checkpoints', 'data_keys', 'leaves', 'legal_holds', 'legal_hold_lifts', 'nodes'].map(
      (table) => `integrity.${table}`,
    ),
  ];
  expect(rights.sort()).toEqual(
    [
      'telemetry_reader select audit.organization_audit_logs',
      'telemetry_writer select integrity.retention_drops',
      'telemetry_writer select integrity.retention_notices',
      ...['actor_keys', 'data_keys'].map((table) => `telemetry_maintainer select integrity.${table}`),
      'telemetry_reader select security.organization_security_alerts',
      'telemetry_reader select security.organization_security_events',
      'telemetry_reader select staff.organization_staff_activity',
      ...tables.flatMap((table) => [`telemetry_writer insert ${table}`, `telemetry_writer select ${table}`]),
      // A withdrawal of consent ends in the end of the person's analytics key.
      'telemetry_writer delete integrity.actor_keys',
      ...['insert', 'select'].map((right) => `telemetry_writer ${right} privacy.exclusion_syncs`),
      ...['delete', 'insert', 'select', 'update'].map(
        (right) => `telemetry_writer ${right} privacy.ccpa_exclusions`,
      ),
      ...['faults', 'projections', 'verifications', 'withdrawals'].flatMap((table) =>
        ['insert', 'select', 'update'].map((right) => `telemetry_writer ${right} integrity.${table}`),
      ),
    ].sort(),
  );
  const roles = await telemetry.sql(
    `select rolname from pg_roles where (rolname like 'telemetry_%' or rolname = 'migrator')
       and (rolsuper or rolbypassrls or rolcreatedb or rolcreaterole)`,
  );
  expect(roles).toEqual([]);
});

describe('the planner, over twenty thousand entries of fifty organizations,', () => {
  beforeAll(async () => {
    await telemetry.sql(
      `insert into audit.audit_logs select gen_random_uuid(), now() - n * interval '1 second', n % 50, gen_random_uuid(), null,
         'specialist', 'view', 'patient', n::text, gen_random_uuid(), null, null, gen_random_uuid()::text, true, '{}'
       from generate_series(1, 20000) n`,
    );
    await telemetry.sql(
      `insert into integrity.leaves
       select event_id, organization_id, row_number() over (partition by organization_id) - 1, sha256(uuid_send(event_id))
       from audit.audit_logs`,
    );
    await telemetry.sql('analyze audit.audit_logs, integrity.leaves');
  });

  const plan = async (client: PoolClient, question: string) => {
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${question}`);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };

  it('reads a page of one organization in the order of an index, behind the barrier', async () => {
    const client = await telemetry.superuser.connect();
    try {
      await client.query(`begin; set local role telemetry_reader; set local app.current_org_id = '7'`);
      const after = `where ("timestamp", event_id) < (now(), '01900000-0000-7000-8000-000000000000')`;
      for (const position of ['', after]) {
        const text = await plan(client, `select * from audit.organization_audit_logs ${position} limit 26`);
        expect(text).not.toMatch(/^ *(-> *)?(Incremental )?Sort  /m);
        expect(text).toMatch(/using leaves_pkey/);
      }
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  it('answers each kind of question by an index that begins with the organization', async () => {
    const id = '01900000-0000-7000-8000-000000000000';
    /** Condition, and the index that answers it: as a partition names it, and as a chunk does. */
    const questions: [string, string, string][] = [
      ['true', 'timestamp', 'time'],
      [`user_id = '${id}'`, 'user_id_timestamp', 'user'],
      [`patient_id = '${id}'`, 'patient_id_timestamp', 'patient'],
      [`resource_type = 'patient' and resource_id = '${id}'`, 'resource_type_resource', 'resource'],
      [`request_id = '${id}'`, 'request_id', 'request'],
    ];
    const client = await telemetry.superuser.connect();
    for (const [condition, columns, index] of questions) {
      const text = await plan(
        client,
        `select * from audit.audit_logs where organization_id = 7 and ${condition}
         order by "timestamp" desc, event_id desc limit 25`,
      );
      expect(text).toMatch(
        new RegExp(`using \\w+(_organization_id_${columns}\\w*|chunk_audit_logs_${index}) on`),
      );
      expect(text).toMatch(/Index Cond: \(+organization_id = 7\b/);
    }
    client.release();
  });
});

it('keeps audit_logs to the fields of the standard event and the organization', async () => {
  const columns = await names(
    `select column_name as name from information_schema.columns
     where table_schema = 'audit' and table_name = 'audit_logs' order by 1`,
  );
  expect(columns).toEqual(
    [
      ...['event_id', 'timestamp', 'organization_id', 'user_id', 'user_email', 'user_role', 'action'],
      ...['resource_type', 'resource_id', 'patient_id', 'ip_address', 'user_agent', 'request_id'],
      ...['success', 'details'],
    ].sort(),
  );
});
