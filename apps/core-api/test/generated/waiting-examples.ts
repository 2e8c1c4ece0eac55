import { fresh, type Example, type Things } from './example-values';

const today = (): string => new Date().toISOString().slice(0, 10);

/** No thing of anybody's. */
const NOTHING = '01900000-0000-7000-8000-0000000000ff';

/** No kind of text is published twice. */
let published = 0;

/** One example per route of signing up, agreeing, and waiting for a time. */
export const WAITING_EXAMPLES: Readonly<Record<string, (things: Things) => Example>> = {
  'GET /v1/consent-texts': () => ({ role: 'patient', path: '/v1/consent-texts' }),
  'POST /v1/consent-texts': () => ({
    role: 'org_admin',
    path: '/v1/consent-texts',
    body: { kind: `generated_${(published += 1)}`, title: 'Generated', body: 'Generated' },
  }),
  'GET /v1/patients/:id/consents': ({ patients }) => ({
    role: 'specialist',
    path: `/v1/patients/${patients[0]}/consents`,
  }),
  'POST /v1/patients/:id/consents': ({ patients, consents }) => ({
    role: 'patient',
    path: `/v1/patients/${patients[0]}/consents`,
    body: { consent_text_id: fresh(consents?.toSign ?? [NOTHING]) },
  }),
  'GET /v1/patients/:id/consents/:consent_id/pdf': ({ patients, consents }) => ({
    role: 'specialist',
    path: `/v1/patients/${patients[0]}/consents/${consents?.toShow ?? NOTHING}/pdf`,
  }),
  'POST /v1/patients/:id/consents/on-paper': ({ patients, consents }) => ({
    role: 'assistant',
    path: `/v1/patients/${patients[0]}/consents/on-paper`,
    body: { consent_text_id: fresh(consents?.toRecord ?? [NOTHING]), signed_on: today() },
  }),
  'POST /v1/patients/:id/consents/:consent_id/withdraw-at-desk': ({ patients, consents }) => ({
    role: 'assistant',
    path: `/v1/patients/${patients[0]}/consents/${fresh(consents?.toWithdrawAtDesk ?? [NOTHING])}/withdraw-at-desk`,
    body: { told_on: today() },
  }),
  'POST /v1/patients/:id/consents/:consent_id/withdraw': ({ patients, consents }) => ({
    role: 'patient',
    path: `/v1/patients/${patients[0]}/consents/${fresh(consents?.toWithdraw ?? [NOTHING])}/withdraw`,
  }),
  'POST /v1/portal/onboard': ({ slug }) => ({
    role: 'assistant',
    path: '/v1/portal/onboard',
    body: { host: `${slug}.portal.restartix.app`, first_name: 'Generated', last_name: 'Example' },
  }),
  'GET /v1/waitlist': () => ({ role: 'assistant', path: '/v1/waitlist?page_size=100' }),
  'POST /v1/waitlist': ({ appointmentType, patients }) => ({
    role: 'assistant',
    path: '/v1/waitlist',
    body: { appointment_type_id: appointmentType, patient_id: fresh(patients.slice(20, 24)) },
    names: true,
  }),
  'POST /v1/waitlist/:id/accept': ({ waitlist }) => ({
    role: 'assistant',
    path: `/v1/waitlist/${fresh(waitlist?.toAccept ?? [NOTHING])}/accept`,
  }),
  'POST /v1/waitlist/:id/decline': ({ waitlist }) => ({
    role: 'assistant',
    path: `/v1/waitlist/${fresh(waitlist?.toDecline ?? [NOTHING])}/decline`,
  }),
  'DELETE /v1/waitlist/:id': ({ waitlist }) => ({
    role: 'assistant',
    path: `/v1/waitlist/${fresh(waitlist?.waiting ?? [NOTHING])}`,
  }),
};
