import { fresh, type Example, type Things } from './example-values';

/** No thing of anybody's. */
const NOTHING = '01900000-0000-7000-8000-0000000000ff';

/** What is written differs from what was written before, and no coverage lies over another. */
let written = 0;

const ahead = (days: number): string => new Date(Date.UTC(2100, 0, 1 + days)).toISOString().slice(0, 10);

/** One example per route of what is kept with a patient's record. */
export const RECORD_EXAMPLES: Readonly<Record<string, (things: Things) => Example>> = {
  'GET /v1/me/profile': () => ({ role: 'patient', path: '/v1/me/profile' }),
  'PATCH /v1/me/profile': () => ({
    role: 'patient',
    path: '/v1/me/profile',
    body: { occupation: `Generated ${(written += 1)}` },
  }),
  'GET /v1/patients/:id/profile': ({ patients }) => ({
    role: 'specialist',
    path: `/v1/patients/${patients[0]}/profile`,
  }),
  'POST /v1/patients/:id/claims': ({ record }) => ({
    role: 'assistant',
    path: `/v1/patients/${record?.unclaimed ?? NOTHING}/claims`,
  }),
  'POST /v1/me/claims': ({ slug }) => ({
    role: 'patient',
    path: '/v1/me/claims',
    body: { host: `${slug}.portal.restartix.app`, code: '0000-0000-0000', date_of_birth: '1950-02-28' },
  }),
  'GET /v1/patients/:id/coverages': ({ patients }) => ({
    role: 'specialist',
    path: `/v1/patients/${patients[0]}/coverages`,
  }),
  'POST /v1/patients/:id/coverages': ({ patients }) => ({
    role: 'specialist',
    path: `/v1/patients/${patients[0]}/coverages`,
    body: {
      ...{ kind: 'private', payer: 'Generated', member_id: 'Generated', order: 2 },
      ...{ valid_from: ahead((written += 1)), valid_until: ahead(written) },
    },
  }),
  'PATCH /v1/patients/:id/coverages/:coverage_id': ({ patients, record }) => ({
    role: 'specialist',
    path: `/v1/patients/${patients[0]}/coverages/${record?.coverage ?? NOTHING}`,
    body: { plan: `Generated ${(written += 1)}` },
  }),
  'POST /v1/patients/:id/coverages/:coverage_id/verification': ({ patients, record }) => ({
    role: 'specialist',
    path: `/v1/patients/${patients[0]}/coverages/${record?.coverage ?? NOTHING}/verification`,
    body: { outcome: 'verified' },
  }),
  'POST /v1/patients/:id/coverages/:coverage_id/end': ({ patients, record }) => ({
    role: 'specialist',
    path: `/v1/patients/${patients[0]}/coverages/${fresh(record?.coveragesToEnd ?? [NOTHING])}/end`,
  }),
  'GET /v1/patients/:id/caregivers': ({ patients }) => ({
    role: 'assistant',
    path: `/v1/patients/${patients[0]}/caregivers`,
  }),
  'POST /v1/patients/:id/caregivers': ({ patients }) => ({
    role: 'assistant',
    path: `/v1/patients/${patients[0]}/caregivers`,
    body: { name: 'Generated', relationship: 'spouse', valid_from: '2026-01-01' },
  }),
  'PATCH /v1/patients/:id/caregivers/:caregiver_id': ({ patients, record }) => ({
    role: 'assistant',
    path: `/v1/patients/${patients[0]}/caregivers/${record?.caregiver ?? NOTHING}`,
    body: { name: `Generated ${(written += 1)}` },
  }),
  'POST /v1/patients/:id/caregivers/:caregiver_id/end': ({ patients, record }) => ({
    role: 'assistant',
    path: `/v1/patients/${patients[0]}/caregivers/${fresh(record?.caregiversToEnd ?? [NOTHING])}/end`,
  }),
};
