import ts from 'typescript';
import type { Tree } from '../packaging/packaging.service';
import { readControllers } from './controllers';
import type { Point, Statement } from './point';
import { declarations, parseSource } from './source';

const EVENT = 'libs/contracts/src/audit/audit-event.ts';
const TELEMETRY_MODULE = 'apps/telemetry-api/src/app.module.ts';
const ROOM = 'apps/core-api/src/compliance/';

/** Point 9. */
export const AUDIT_POINT: Point = {
  number: 9,
  requirement: 'B027',
  claim: 'Audit events carry the organization and are readable only through core-api',
  built: true,
  look: (tree) => [
    eventNamesOrganization(tree),
    storeRefusesNone(tree),
    readerSeesBoundViews(tree),
    telemetryIsClosed(tree),
    onlyComplianceReads(tree),
  ],
  proofs: [
    {
      spec: 'apps/core-api/test/audit-logs.e2e.spec.ts',
      title: 'is open to compliance and org_admin of the organization, and to nobody else',
    },
    {
      spec: 'apps/telemetry-api/test/append-only.spec.ts',
      title: 'sees the entries of the organization it names, and nothing without a name',
    },
    {
      spec: 'apps/telemetry-api/test/audit-ingest.spec.ts',
      title: 'is answered 401 on every channel route, and stores nothing',
    },
  ],
};

function eventNamesOrganization(tree: Tree): Statement {
  const [event] = declarations(parseSource(tree, EVENT)).filter(
    (node): node is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(node) && node.name.text === 'AuditEvent',
  );
  const field = event?.members.find((member) => member.name?.getText() === 'organization_id');
  const demanded = field && ts.isPropertySignature(field) && !field.questionToken;
  return {
    says: 'The standard event has organization_id, and not as an option',
    faults: demanded ? [] : [`${EVENT}: AuditEvent does not demand organization_id`],
  };
}

const sql = (tree: Tree): string =>
  tree
    .files('migrations/telemetry')
    .filter((path) => path.endsWith('.ts'))
    .map((path) => tree.text(path))
    .join('\n');

function storeRefusesNone(tree: Tree): Statement {
  const columns = /create table audit\.audit_logs \(([^]*?)\n\)/i.exec(sql(tree))?.[1] ?? '';
  return {
    says: 'audit.audit_logs stores no event without organization_id',
    faults: /^\s*organization_id int not null/m.test(columns) ? [] : ['the column may be null or is missing'],
  };
}

/** The views the reader sees, with the name their rows have for the organization. */
const VIEWS: Readonly<Record<string, string>> = {
  'audit.organization_audit_logs': 'entry.organization_id',
  'security.organization_security_events': 'organization_id',
  'security.organization_security_alerts': 'organization_id',
  'staff.organization_staff_activity': 'organization_id',
};

const isBound = (text: string, view: string, column: string): boolean =>
  new RegExp(
    `create view ${view} with \\(security_barrier = true\\)[^;]*?where ${column} = \\(select audit\\.current_app_org_id\\(\\)\\)`,
    'i',
  ).test(text);

/** All that telemetry_reader is granted beyond schemas are barrier views bound to the setting. */
function readerSeesBoundViews(tree: Tree): Statement {
  const text = sql(tree);
  const granted = [...text.matchAll(/grant ([\w ,]+?) on ([^;]+?) to ([^;]+);/gi)]
    .filter(([, , , roles]) => /\btelemetry_reader\b/.test(roles ?? ''))
    .flatMap(([, right, things = '']) => things.split(/,\s*/).map((thing) => `${right} on ${thing}`));
  const schemas = Object.keys(VIEWS).map((view) => `usage on schema ${view.split('.')[0]}`);
  const allowed = [
    ...schemas,
    'execute on function audit.current_app_org_id()',
    ...Object.keys(VIEWS).map((view) => `select on ${view}`),
  ];
  return {
    says: `The role that reads sees ${Object.keys(VIEWS).length} views, each bound to app.current_org_id`,
    faults: [
      ...granted.filter((grant) => !allowed.includes(grant)).map((grant) => `telemetry_reader has ${grant}`),
      ...Object.entries(VIEWS)
        .filter(([view, column]) => !isBound(text, view, column))
        .map(([view]) => `${view} is not bound to the current organization`),
    ],
  };
}

function telemetryIsClosed(tree: Tree): Statement {
  const open = readControllers(tree, 'apps/telemetry-api/src')
    .filter(
      ({ decorators }) => !decorators.some((text) => /^declareAccess\(\{ kind: 'channel' \}\)$/.test(text)),
    )
    .map(({ file, name }) => `${file}: ${name} is not the channel's alone`);
  const module = tree.text(TELEMETRY_MODULE);
  const guarded = /new ChannelGuard\(/.test(module) && /provide: APP_GUARD/.test(module);
  return {
    says: 'telemetry-api answers core-api’s signature only, health apart',
    faults: guarded ? open : [...open, `${TELEMETRY_MODULE} binds no channel guard`],
  };
}

function onlyComplianceReads(tree: Tree): Statement {
  const elsewhere = tree
    .files('apps/core-api/src')
    .filter((path) => path.endsWith('.ts') && !path.startsWith(ROOM))
    .filter((path) => tree.text(path).includes('/internal/v1/audit-logs'))
    .map((path) => `${path} reads the trail outside of ${ROOM}`);
  const open = readControllers(tree, `${ROOM}audit-logs`).flatMap(({ file, handlers }) =>
    handlers
      .filter(({ decorators }) => !decorators.includes("Requires('audit_log:read')"))
      .map(({ name }) => `${file}: ${name} does not demand audit_log:read`),
  );
  return {
    says: 'In core-api the compliance room alone hands it out, to audit_log:read',
    faults: [...elsewhere, ...open],
  };
}
