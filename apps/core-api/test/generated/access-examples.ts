import { fresh, startAhead, type Example, type Things } from './example-values';

/** No period is planned twice. */
let planned = 0;

/** One example per route of who may see whom. */
export const ACCESS_EXAMPLES: Readonly<Record<string, (things: Things) => Example>> = {
  'GET /v1/care-relationships': () => ({
    role: 'specialist',
    path: '/v1/care-relationships?state=active&page_size=100',
  }),
  'POST /v1/care-relationships': ({ patients, specialists }) => ({
    role: 'org_admin',
    path: '/v1/care-relationships',
    body: {
      ...{ patient_id: patients[1], specialist_id: specialists[1] },
      ...{ opened_at: startAhead((planned += 1)), expires_at: startAhead(planned + 1) },
    },
    names: true,
  }),
  'GET /v1/care-relationships/:id': ({ care }) => ({
    role: 'specialist',
    path: `/v1/care-relationships/${care.toClose[0]}`,
  }),
  'POST /v1/care-relationships/:id/close': ({ care }) => ({
    role: 'specialist',
    path: `/v1/care-relationships/${fresh(care.toClose)}/close`,
  }),
  'POST /v1/care-relationships/:id/hand-over': ({ care, specialists }) => ({
    role: 'org_admin',
    path: `/v1/care-relationships/${fresh(care.toHandOver)}/hand-over`,
    body: { specialist_id: specialists[1] },
  }),
  'GET /v1/break-glass': () => ({ role: 'compliance', path: '/v1/break-glass?page_size=100' }),
  'POST /v1/break-glass': ({ patients }) => ({
    role: 'specialist',
    path: '/v1/break-glass',
    body: {
      ...{ patient_id: fresh(patients.slice(18, 26)), purpose: 'emergency' },
      ...{ reason: 'Generated example', minutes: 1 },
    },
    names: true,
  }),
  'GET /v1/break-glass/:id': ({ breakGlass }) => ({
    role: 'compliance',
    path: `/v1/break-glass/${breakGlass.toReview[0]}`,
  }),
  'POST /v1/break-glass/:id/close': ({ breakGlass }) => ({
    role: 'specialist',
    path: `/v1/break-glass/${fresh(breakGlass.toClose)}/close`,
  }),
  'POST /v1/break-glass/:id/review': ({ breakGlass }) => ({
    role: 'compliance',
    path: `/v1/break-glass/${fresh(breakGlass.toReview)}/review`,
    body: { verdict: 'justified', note: 'Generated' },
  }),
  'POST /v1/patients/:id/impersonate': ({ patients }) => ({
    role: 'org_admin',
    path: `/v1/patients/${patients[5]}/impersonate`,
    body: { reason: 'Generated example' },
  }),
  'GET /v1/impersonations': () => ({ role: 'compliance', path: '/v1/impersonations?page_size=100' }),
  'POST /v1/impersonations/:id/end': ({ impersonations }) => ({
    role: 'org_admin',
    path: `/v1/impersonations/${fresh(impersonations)}/end`,
  }),
};
