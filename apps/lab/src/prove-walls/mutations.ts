import { IDENTITY_MUTATIONS } from './identity-mutations';
import type { Mutation } from './mutation';
import { PEOPLE_MUTATIONS } from './people-mutations';

const GENERATED = 'apps/core-api/test/generated';
const PATIENTS_MIGRATION = 'migrations/core/1763600002000-create-patients.ts';
const RECORDS_MIGRATION = 'migrations/core/1763630001000-create-break-glass.ts';
const PATIENTS_CONTROLLER = 'apps/core-api/src/people/patients/patients.controller.ts';
const POLICIES = 'migrations/core/row-level-security.spec.ts';
const ACROSS = 'migrations/core/cross-organization.spec.ts';
const CATALOGUE = 'apps/lab/test/catalogue.spec.ts';
const RLS = 'libs/database/src/rls.ts';
const MATRIX = 'libs/contracts/src/access/matrix.ts';

/** Every wall that is taken away, one at a time. */
export const MUTATIONS: readonly Mutation[] = [
  {
    what: 'one guard: permissions are not asked',
    edits: [
      {
        file: 'libs/tenancy/src/tenancy.module.ts',
        find: '        { provide: APP_GUARD, useClass: PermissionGuard },\n',
        replace: '',
      },
    ],
    specs: [`${GENERATED}/matrix.e2e.spec.ts`],
    noticedBy: /^the access matrix \w+, (GET|POST|PATCH) /,
  },
  {
    what: 'one look of a guard: membership in the organization of the token',
    edits: [
      {
        file: 'libs/tenancy/src/guards/tenant.guard.ts',
        find: 'if (namesOrganization && identity.role === null && !identity.superadmin) {',
        replace: 'if (false) {',
      },
    ],
    specs: [`${GENERATED}/isolation.e2e.spec.ts`],
    noticedBy: /is closed in an organization the caller is no member of$/,
  },
  ...IDENTITY_MUTATIONS,
  {
    what: 'one @Requires: the route says nothing',
    edits: [
      {
        file: 'apps/core-api/src/people/specialists/specialists.controller.ts',
        find: "  @Requires('specialist:read')\n  @ApiList(Specialist)\n",
        replace: '  @ApiList(Specialist)\n',
      },
    ],
    check: 'inventory',
    noticedBy: /GET \/v1\/specialists/,
  },
  {
    what: 'one @Requires: another permission than was agreed',
    edits: [
      {
        file: PATIENTS_CONTROLLER,
        find: "  @Requires('patient:create')\n",
        replace: "  @Requires('patient:read')\n",
      },
    ],
    check: 'inventory',
    noticedBy: /inventory\.json {2}differs/,
  },
  {
    what: 'the restrictive policy of every tenant table',
    edits: [
      {
        file: RLS,
        find: '`create policy tenant on ${table} as restrictive for all using (${tenant}) with check (${tenant})`',
        replace: "'select 1'",
      },
    ],
    specs: [POLICIES, CATALOGUE],
    noticedBy: /shows the organization that is set, .* never a row of the other$/,
  },
  {
    what: 'FORCE of row-level security',
    edits: [
      {
        file: RLS,
        find: '  await runner.query(`alter table ${table} force row level security`);\n',
        replace: '',
      },
    ],
    specs: [POLICIES, CATALOGUE],
    noticedBy: /keeps every wall$/,
  },
  {
    what: "one policy: a specialist's records are those in care",
    edits: [
      {
        file: RECORDS_MIGRATION,
        find: "{ name: 'read_in_care', command: 'select', roles: ['specialist'], where: recordInCare }",
        replace: "{ name: 'read_in_care', command: 'select', roles: ['specialist'] }",
      },
    ],
    specs: ['migrations/core/care-policies.spec.ts'],
    noticedBy: /^care in the database opens the record in its period only, to read and to change$/,
  },
  {
    what: 'organization_id of one foreign key',
    edits: [
      {
        file: PATIENTS_MIGRATION,
        find: 'foreign key (organization_id, specialist_id) references specialists (organization_id, id)',
        replace: 'foreign key (specialist_id) references specialists (id)',
      },
      {
        file: PATIENTS_MIGRATION,
        find: '  constraint specialists_user_unique unique (organization_id, user_id)\n',
        replace: '  constraint specialists_user_unique unique (organization_id, user_id), unique (id)\n',
      },
    ],
    specs: [ACROSS, CATALOGUE],
    noticedBy: /lets no reference be turned to a thing of the other organization, whoever writes it$/,
  },
  {
    what: 'one matrix cell: compliance reads records',
    edits: [
      {
        file: MATRIX,
        find: `    org_admin: { organization: { read: 'contact', create: 'contact', update: 'contact' } },
    compliance: { organization: R },`,
        replace: `    org_admin: { organization: { read: 'contact', create: 'contact', update: 'contact' } },
    compliance: NOTHING,`,
      },
    ],
    specs: [`${GENERATED}/matrix.e2e.spec.ts`],
    noticedBy: /^the access matrix compliance sees the same rows in the database as the matrix opens$/,
  },
  {
    what: 'one empty matrix cell: assistants read no audit log',
    edits: [
      {
        file: MATRIX,
        find: `    assistant: NOTHING,
    org_admin: { organization: { read: 'contact' } },`,
        replace: `    assistant: { organization: R },
    org_admin: { organization: { read: 'contact' } },`,
      },
    ],
    specs: ['libs/contracts/src/access/matrix.spec.ts'],
    noticedBy: /opens no audit log to a assistant/,
  },
  {
    what: 'one redaction rule: e-mail addresses in log lines',
    edits: [
      {
        file: 'libs/logging/src/redaction.ts',
        find: `  [has('@'), /[^\\s@"'<>(),;:=]+@[^\\s@"'<>(),;:=]+\\.[^\\s@"'<>(),;:=]+/g, '[email]'],\n`,
        replace: '',
      },
    ],
    specs: ['libs/logging/src/redaction.spec.ts'],
    noticedBy: /^redaction .*email/i,
  },
  {
    what: 'one rule of the scrubber: numbers in analytics',
    edits: [
      {
        file: 'apps/telemetry-api/src/pipeline/scrub.policy.ts',
        find: '  /\\d{7,}/, // national ids, card and phone numbers\n',
        replace: '',
      },
      {
        file: 'apps/telemetry-api/src/pipeline/scrub.policy.ts',
        find: '  /\\d(?:[\\s().\\-/]{0,3}\\d){6,}/, // the same with separators, and dates\n',
        replace: '',
      },
    ],
    specs: ['apps/telemetry-api/src/pipeline/scrub.policy.spec.ts'],
    noticedBy: /^what stands for a person is removed /,
  },
  {
    what: 'one audit declaration: a route that shows a patient',
    edits: [
      {
        file: PATIENTS_CONTROLLER,
        find: "  @Audited(['view patient'], { shows: 'patient' })\n",
        replace: '',
      },
    ],
    specs: [`${GENERATED}/audit.e2e.spec.ts`],
    noticedBy: /holds what GET \/v1\/patients\/:id declares, and no more$/,
  },
  {
    what: 'one registration: patients that a search shows',
    edits: [
      {
        file: 'apps/core-api/src/people/patients/patients.service.ts',
        find: 'this.trail.recordShown(',
        replace: '((..._forgotten: unknown[]) => undefined)(',
      },
    ],
    specs: [`${GENERATED}/audit.e2e.spec.ts`],
    noticedBy: /holds what POST \/v1\/patients\/search declares, and no more$/,
  },
  {
    what: 'the look at answers that show what nobody registered',
    edits: [
      {
        file: 'libs/audit/src/audit.module.ts',
        find: '        { provide: APP_INTERCEPTOR, useClass: PhiReplyInterceptor },\n',
        replace: '',
      },
    ],
    specs: ['libs/audit/src/reads.spec.ts'],
    noticedBy: /^the read capture an answer that was not registered /,
  },
  {
    what: 'one audit trigger: changes of patients',
    edits: [
      {
        file: PATIENTS_MIGRATION,
        find: "    await attachAudit(runner, 'patients', 'patient', 'id');\n",
        replace: '',
      },
    ],
    specs: [CATALOGUE, `${GENERATED}/audit.e2e.spec.ts`],
    noticedBy: /holds what PATCH \/v1\/patients\/:id declares, and no more$/,
  },
  ...PEOPLE_MUTATIONS,
  {
    what: 'the capture of refusals: 403',
    edits: [
      {
        file: 'libs/audit/src/denial-recorder.ts',
        find: 'status === 401 || status === 403 ||',
        replace: 'status === 401 ||',
      },
    ],
    specs: ['libs/audit/src/denials.spec.ts'],
    noticedBy: /records a 403 with what was asked for/,
  },
  {
    what: 'the trigger that keeps the audit log append-only',
    edits: [
      {
        file: 'migrations/telemetry/1763700002000-create-audit-logs.ts',
        find: `create trigger refuse_change before update or delete on audit.audit_logs
  for each row execute function audit.refuse_change();
`,
        replace: '',
      },
    ],
    specs: ['apps/telemetry-api/test/append-only.spec.ts'],
    noticedBy: /^the record cannot be changed by the owner either/,
  },
  {
    what: 'the look at the signature of the service channel',
    edits: [
      {
        file: 'libs/service-channel/src/message-signature.ts',
        find: 'if (valid !== true || found.length !== 1 || !signature) return null;',
        replace: 'if (!signature) return null;',
      },
    ],
    specs: ['libs/service-channel/src/channel.spec.ts'],
    noticedBy: /^refuses /,
  },
  {
    what: 'settings that end with the transaction',
    edits: [
      {
        file: 'libs/database/src/statement.ts',
        find: "`set_config('${name}', $${index + 1}, true)`",
        replace: ["`set_config('${name}', $${index + 1}", 'false)`'].join(', '),
      },
    ],
    specs: ['libs/database/src/unit-of-work.spec.ts'],
    noticedBy: /identity is gone from the pooled connection afterwards/,
  },
  {
    what: 'the place an envelope is bound to',
    edits: [
      {
        file: 'libs/crypto/src/envelope.ts',
        find: '  cipher.setAAD(Buffer.from(place));\n',
        replace: '',
      },
      {
        file: 'libs/crypto/src/envelope.ts',
        find: '    decipher.setAAD(Buffer.from(place));\n',
        replace: '',
      },
    ],
    specs: ['libs/crypto/src/envelope.spec.ts'],
    noticedBy: /^envelope refuses another place/,
  },
];
