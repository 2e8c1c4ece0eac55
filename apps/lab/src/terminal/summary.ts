import { LAB_FILE } from '../state/demo';
import type { LabFile } from '../state/lab-file';

const row = (what: string, where: string) => `  ${what.padEnd(24)}${where}`;

/** What a person needs to know of a running lab. */
export function summary(lab: LabFile, labPath: string): string {
  return [
    '',
    'RestartiX Platform is ready.',
    '',
    row('core-api', lab.coreApi),
    row('  API documentation', `${lab.coreApi}/docs`),
    row('  health', `${lab.coreApi}/health`),
    row('telemetry-api', `${lab.telemetryApi}  (private: answers core-api only)`),
    row('PostgreSQL (main)', lab.databaseUrl),
    row('PostgreSQL (telemetry)', lab.telemetryDatabaseUrl),
    row('ClickHouse', lab.clickhouseUrl),
    row('Redis', lab.redisUrl),
    row('copy of the audit log', lab.auditCopy),
    row('logs and data', labPath),
    '',
    ...tokens(lab),
    '',
    ...commands(lab, `${labPath}/${LAB_FILE}`),
    '',
    `All of this is in ${labPath}/${LAB_FILE}. Another token: npm run token -- --organization 1 --role compliance`,
    'Stop with Ctrl-C; the data stays. npm start -- --fresh begins anew.',
    '',
  ].join('\n');
}

function tokens(lab: LabFile): string[] {
  const lines = lab.organizations.flatMap((organization) => [
    `Tokens of organization ${organization.id}, ${organization.name} (${organization.patients.length} patients):`,
    ...Object.entries(organization.tokens).map(([role, token]) => `  ${role.padEnd(11)} ${token}`),
  ]);
  return [...lines, `Token of the superadmin:`, `  ${lab.superadminToken}`];
}

function commands(lab: LabFile, path: string): string[] {
  const bearer = (role: string) =>
    `-H "Authorization: Bearer $(node -p "require('${path}').organizations[0].tokens.${role}")"`;
  const patient = `${lab.coreApi}/v1/patients/${lab.organizations[0]?.patients[0]}`;
  return [
    'Try, from another terminal: a specialist reads a patient, changes the phone number, and compliance sees both:',
    `  curl -s ${bearer('specialist')} ${patient}`,
    `  curl -s -X PATCH -H 'Content-Type: application/json' -d '{"phone":"+40799000111"}' ${bearer('specialist')} ${patient}`,
    `  curl -s ${bearer('compliance')} "${lab.coreApi}/v1/audit-logs?patient_id=${lab.organizations[0]?.patients[0]}"`,
  ];
}
