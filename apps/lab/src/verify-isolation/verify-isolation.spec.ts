import { join } from 'node:path';
import { readTree, type Tree } from '../packaging/packaging.service';
import { judge } from './point';
import { privatePoint } from './private-point';
import { renderReport } from './report';
import { verifyIsolation } from './verify-isolation.service';

const tree = readTree(join(__dirname, '../../../..'));

/** The tree with one text of one file changed. */
function planted(path: string, from: string | RegExp, to: string): Tree {
  const before = tree.text(path);
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${path} does not hold ${String(from)}`);
  return { ...tree, text: (asked) => (asked === path ? after : tree.text(asked)) };
}

/** The tree with one file more. */
const added = (path: string, text: string): Tree => ({
  exists: (asked) => asked === path || tree.exists(asked),
  isExecutable: (asked) => tree.isExecutable(asked),
  names: (folder) => tree.names(folder),
  files: (folder) => (path.startsWith(`${folder}/`) ? [...tree.files(folder), path] : tree.files(folder)),
  text: (asked) => (asked === path ? text : tree.text(asked)),
});

const failing = (changed: Tree) =>
  verifyIsolation(changed)
    .filter(({ verdict }) => verdict === 'fails')
    .map(({ point }) => point.number);

describe('the checklist before a launch', () => {
  it('has the twelve points in order; what is built holds', () => {
    const findings = verifyIsolation(tree);
    expect(findings.map(({ point }) => point.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(findings.map(({ point }) => point.requirement)).toEqual(
      Array.from({ length: 12 }, (_, index) => `B0${19 + index}`),
    );
    expect(failing(tree)).toEqual([]);
    expect(findings.filter(({ verdict }) => verdict === 'holds').map(({ point }) => point.number)).toEqual([
      7, 9, 10, 11, 12,
    ]);
  });

  it('says of a point that fails what speaks against it', () => {
    const path = 'apps/core-api/src/people/patients/patients.controller.ts';
    const report = renderReport(verifyIsolation(planted(path, "@Param('id'", "@Param('organization_id'")));
    expect(report).toContain('12  FAILS');
    expect(report).toContain(`${path}: read takes organization_id from the request`);
  });

  const AUDIT_LOGS = 'migrations/telemetry/1763700002000-create-audit-logs.ts';
  const S3 = '@aws-sdk/client-s3';
  const CLICKHOUSE = 'migrations/clickhouse/0001_create_analytics_events.sql';

  it.each<[string, () => Tree, number]>([
    [
      'an event that need not name its organization',
      () =>
        planted(
          'libs/contracts/src/audit/audit-event.ts',
          '\n  organization_id: n',
          '\n  organization_id?: n',
        ),
      9,
    ],
    [
      'a stored event without an organization',
      () => planted(AUDIT_LOGS, 'organization_id int not null', 'organization_id int'),
      9,
    ],
    [
      'a reader that sees the table',
      () => planted(AUDIT_LOGS, 'audit.audit_logs to telemetry_writer', '$&, telemetry_reader'),
      9,
    ],
    [
      'a view that is not bound to the organization',
      () => planted(AUDIT_LOGS, /\n +where entry\.organization_id = [^;]+/, ''),
      9,
    ],
    [
      'a route of telemetry-api that is open',
      () => planted('apps/telemetry-api/src/audit-log/audit-log.controller.ts', /^@declareAccess.*\n/m, ''),
      9,
    ],
    [
      'a trail that is read without its permission',
      () =>
        planted(
          'apps/core-api/src/compliance/audit-logs/audit-logs.controller.ts',
          "@Requires('audit_log:read')",
          '@Authenticated()',
        ),
      9,
    ],
    [
      'a trail that another room reads',
      () => added('apps/core-api/src/people/patients/x.ts', "post('/internal/v1/audit-logs/get')"),
      9,
    ],
    [
      'a published port of telemetry-api',
      () => planted('docker/compose.prod.yml', /^ {2}telemetry-api:\n/m, "$&    ports: ['4000:4000']\n"),
      10,
    ],
    [
      'an image that listens on every address',
      () => planted('docker/telemetry-api.Dockerfile', 'ENV NODE_ENV', 'ENV TELEMETRY_HOST=0.0.0.0 NODE_ENV'),
      10,
    ],
    ['a column with an address', () => planted(CLICKHOUSE, 'actor_hash String', '$&,\n    email String'), 11],
    [
      'a column added later',
      () =>
        added('migrations/clickhouse/0009_add.sql', 'alter table analytics_events add column user_id UUID;'),
      11,
    ],
    [
      'a row with a person',
      () =>
        planted(
          'apps/telemetry-api/src/pipeline/rows.ts',
          'actor_hash: await stamp.actorHash(occurred),',
          '$& user_id: stamp.userId,',
        ),
      11,
    ],
    [
      'a request that carries an organization',
      () => planted('libs/contracts/src/people/patient.dto.ts', 'external_ehr_id?:', 'organization_id?:'),
      12,
    ],
    [
      'an organization in an address',
      () =>
        planted(
          'apps/core-api/src/people/specialists/specialists.controller.ts',
          "'v1/specialists'",
          "'v1/:organization_id/specialists'",
        ),
      12,
    ],
    [
      'an organization in a header',
      () => added('apps/core-api/src/access/x.ts', "request.header('x-organization-id')"),
      12,
    ],
    [
      'a client that is told an organization',
      () => added('apps/core-api/src/care/x.adapter.ts', 'class X { send(organizationId: number) {} }'),
      12,
    ],
    [
      'a video room that nobody looks at',
      () => added('apps/core-api/src/care/video/video.service.ts', ''),
      1,
    ],
    ['object storage that nobody looks at', () => added('libs/x/src/s3.ts', `import '${S3}'`), 3],
    [
      'a scheduling table without policies',
      () => added('migrations/core/1999999999999-create-slots.ts', 'create table slots (id uuid);'),
      7,
    ],
    [
      'a scheduling table that is no tenant’s',
      () => planted('migrations/core/tables.ts', /\n {2}'appointments',/, ''),
      7,
    ],
    [
      'a helper whose policy only permits',
      () => planted('libs/database/src/rls.ts', 'as restrictive', ''),
      7,
    ],
    ['a webhook that nobody looks at', () => added('apps/core-api/src/outreach/webhooks/x.ts', ''), 8],
    [
      'a proof that is gone',
      () =>
        planted(
          'apps/core-api/test/resilience.e2e.spec.ts',
          'refuses who is not core-api',
          'lets anybody in',
        ),
      10,
    ],
  ])('fails on %s', (_, plant, number) => {
    expect(failing(plant())).toContain(number);
  });

  it('fails on an address that is not private by default', () => {
    expect(judge(privatePoint('0.0.0.0'), tree).verdict).toBe('fails');
  });
});
