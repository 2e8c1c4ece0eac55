import { MEMBER_ROLES, type ConsentLevel, type MemberRole } from '@restartix/contracts';
import { provisionBreakGlass, type ProvisionedBreakGlass } from './break-glass';
import { provisionCare, type ProvisionedCare } from './care';
import { ask, provisionScheduling, type ProvisionedScheduling } from './scheduling';
import { syntheticPatient, syntheticPerson } from './synthetic-people';

/** Mints an access token as the identity provider would. */
export type MintToken = (claims: {
  subject: string;
  organization?: { id: string; slug: string; role: MemberRole };
}) => Promise<string> | string;

export interface ProvisionOptions {
  coreApi: string;
  /** Runs core-api's provisioning command with a plan on its standard input; answers its report. */
  runPlan: (plan: object) => Promise<ProvisioningReport>;
  mintToken: MintToken;
  organizations?: readonly { name: string; slug: string }[];
  /** Patients per organization; the first ten are in the specialist's care. */
  patients?: number;
  /** Appointments of each kind per organization; one when absent. */
  appointments?: number;
  onProgress?: (done: number, total: number) => void;
}

interface ProvisioningReport {
  organizations: {
    id: number;
    slug: string;
    people: { subject: string; user_id: string; role: MemberRole }[];
  }[];
}

export interface ProvisionedOrganization extends ProvisionedScheduling {
  id: number;
  name: string;
  slug: string;
  /** Its id at the identity provider. */
  identityOrganization: string;
  tokens: Record<MemberRole, string>;
  /** Subjects at the identity provider, by role. */
  subjects: Record<MemberRole, string>;
  /** Our ids of the same people. */
  users: Record<MemberRole, string>;
  /** Patient ids; the first ten are in the specialist's care, the first is the patient role's own record. */
  patients: string[];
  /** Sessions of two people beside those of the ready-made tokens, which nothing else uses: they may be ended. */
  spareSessions: Record<'patient' | 'assistant', string>;
  /** E-mail of each person, by role, for tests that look for it where it must not be. */
  emails: Record<MemberRole, string>;
  /** Planned care relationships of the first specialist. */
  care: ProvisionedCare;
  /** What the first specialist opened by break-glass, in another session than the token's. */
  breakGlass: ProvisionedBreakGlass;
  /** Live, of the administrator. */
  impersonations: string[];
}

export interface Provisioned {
  organizations: ProvisionedOrganization[];
  superadminToken: string;
  superadminSubject: string;
}

export const DEMO_ORGANIZATIONS = [
  { name: 'Carpathia Rehabilitation', slug: 'carpathia' },
  { name: 'Danube Physiotherapy', slug: 'danube' },
] as const;

const IN_CARE = 10;
const POLICY_VERSION = '2026-01';
const SUPERADMIN = 'user_superadmin';

const identityOrganization = (slug: string) => `org_${slug}`;
const subjectOf = (slug: string, who: string) => `user_${slug}_${who}`;
/** The last patient of each organization has never said yes to analytics. */
const consentOf = (index: number, patients: number): ConsentLevel | undefined =>
  index === patients - 1 ? undefined : ((2 + (index % 2)) as ConsentLevel);

function staffOf(slug: string): object[] {
  const person = (who: string, role: MemberRole, index: number) => {
    const { first_name, last_name, email } = syntheticPerson(slug, index);
    return { subject: subjectOf(slug, who), role, email, name: `${first_name} ${last_name}` };
  };
  return [
    {
      ...person('specialist', 'specialist', 900),
      title: 'Physiotherapist',
      scheduling_timezone: 'Europe/Bucharest',
    },
    {
      ...person('specialist_two', 'specialist', 901),
      title: 'Rehabilitation physician',
      scheduling_timezone: 'Europe/Bucharest',
    },
    person('assistant', 'assistant', 902),
    person('org_admin', 'org_admin', 903),
    person('compliance', 'compliance', 904),
  ];
}

function patientAccounts(slug: string, patients: number): object[] {
  return Array.from({ length: patients }, (_, index) => {
    const { first_name, last_name, email } = syntheticPerson(slug, index);
    const level = consentOf(index, patients);
    return {
      subject: subjectOf(slug, index === 0 ? 'patient' : `patient_${index}`),
      role: 'patient',
      email,
      name: `${first_name} ${last_name}`,
      ...(level === undefined ? {} : { analytics_consent: { level, policy_version: POLICY_VERSION } }),
    };
  });
}

/** Opens the organizations with people in every role, registers their patients through the API, and links the logins. */
export async function provision(options: ProvisionOptions): Promise<Provisioned> {
  const { organizations = DEMO_ORGANIZATIONS, patients = 30 } = options;
  const report = await options.runPlan({
    superadmins: [{ subject: SUPERADMIN, email: 'superadmin@restartix.example', name: 'Platform operator' }],
    organizations: organizations.map(({ name, slug }) => ({
      name,
      slug,
      identity_organization: identityOrganization(slug),
      location: 'Romania',
      people: [...staffOf(slug), ...patientAccounts(slug, patients)],
    })),
  });
  const provisioned: ProvisionedOrganization[] = [];
  for (const { id, slug, people } of report.organizations) {
    const name = organizations.find((organization) => organization.slug === slug)?.name ?? slug;
    provisioned.push(await register(options, { id, slug, name, people }, patients, provisioned.length));
  }
  await options.runPlan({
    links: provisioned.flatMap(({ id, slug, patients: ids }) =>
      ids.map((patient_id, index) => ({
        organization_id: id,
        patient_id,
        subject: subjectOf(slug, index === 0 ? 'patient' : `patient_${index}`),
      })),
    ),
  });
  await Promise.all(provisioned.map((organization) => impersonate(options, organization)));
  return {
    organizations: provisioned,
    superadminToken: await options.mintToken({ subject: SUPERADMIN }),
    superadminSubject: SUPERADMIN,
  };
}

async function register(
  { coreApi, mintToken, onProgress, appointments, organizations = DEMO_ORGANIZATIONS }: ProvisionOptions,
  { id, slug, name, people }: ProvisioningReport['organizations'][number] & { name: string },
  patients: number,
  before: number,
): Promise<ProvisionedOrganization> {
  const subjects = byRole((role) => subjectOf(slug, role));
  const organization = (role: MemberRole) => ({ id: identityOrganization(slug), slug, role });
  const mint = async (subject: string, role: MemberRole) =>
    mintToken({ subject, organization: organization(role) });
  const tokens = {} as Record<MemberRole, string>;
  for (const role of MEMBER_ROLES) tokens[role] = await mint(subjects[role], role);
  const second = await mint(subjectOf(slug, 'specialist_two'), 'specialist');
  const ids: string[] = [];
  for (let index = 0; index < patients; index += 1) {
    ids.push(
      await registerPatient(
        coreApi,
        index < IN_CARE ? tokens.specialist : second,
        syntheticPatient(slug, index),
      ),
    );
    onProgress?.(before * patients + index + 1, organizations.length * patients);
  }
  const spare = async (role: MemberRole) => beginSession(coreApi, await mint(subjects[role], role));
  const desk = { coreApi, id, tokens, patients: ids, appointments };
  const scheduling = await provisionScheduling(desk);
  const [care, breakGlass] = await Promise.all([
    provisionCare(desk, scheduling.specialists),
    provisionBreakGlass(desk, await mint(subjects.specialist, 'specialist')),
  ]);
  const userOf = (role: MemberRole) =>
    people.find(({ subject }) => subject === subjects[role])?.user_id ?? '';
  const staffIndex: Record<MemberRole, number> = {
    patient: 0,
    specialist: 900,
    assistant: 902,
    org_admin: 903,
    compliance: 904,
  };
  return {
    id,
    name,
    slug,
    identityOrganization: identityOrganization(slug),
    tokens,
    subjects,
    users: byRole(userOf),
    patients: ids,
    spareSessions: { patient: await spare('patient'), assistant: await spare('assistant') },
    ...scheduling,
    care,
    breakGlass,
    impersonations: [],
    emails: byRole((role) => syntheticPerson(slug, staffIndex[role]).email),
  };
}

/** Begins so many impersonations of one patient, who has a login by now; none unless they are asked for. */
async function impersonate(
  { coreApi, appointments = 0 }: ProvisionOptions,
  { id, tokens, patients, impersonations }: ProvisionedOrganization,
): Promise<void> {
  const desk = { coreApi, id, tokens, patients };
  const begin = async () => {
    const path = `/v1/patients/${patients[5]}/impersonate`;
    const begun = await ask<{ id: string }>(desk, 'org_admin', 'POST', path, {
      reason: 'Cannot find the form',
    });
    impersonations.push(begun.id);
  };
  await Promise.all(Array.from({ length: appointments }, begin));
}

function byRole(make: (role: MemberRole) => string): Record<MemberRole, string> {
  return Object.fromEntries(MEMBER_ROLES.map((role) => [role, make(role)])) as Record<MemberRole, string>;
}

async function registerPatient(coreApi: string, token: string, body: object): Promise<string> {
  const answer = await fetch(`${coreApi}/v1/patients`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (answer.status !== 201)
    throw new Error(`A demo patient could not be registered: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { data: { id: string } }).data.id;
}

/** A session begins with its first request; this asks for its id. */
async function beginSession(coreApi: string, token: string): Promise<string> {
  const answer = await fetch(`${coreApi}/v1/me/sessions`, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`A session could not begin: ${answer.status} ${await answer.text()}`);
  const { data } = (await answer.json()) as { data: { id: string; current: boolean }[] };
  return data.find(({ current }) => current)?.id ?? '';
}
