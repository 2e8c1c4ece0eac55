import type { Platform, ProvisionedOrganization } from '@restartix/testing';
import type { Test } from 'supertest';
import { v7 as uuidv7 } from 'uuid';
import { caller, newestEventOf, openSession, type Caller } from '../api';
import { ACCESS_EXAMPLES } from './access-examples';
import { fresh, startAhead, type Example, type Things } from './example-values';
import type { Door } from './inventory';
import { RECORD_EXAMPLES } from './record-examples';
import { recordThingsOf } from './record-things';
import { WAITING_EXAMPLES } from './waiting-examples';
import { apiKeysOf, consentsOf, refusedEventOf, securityAlertOf, waitlistOf } from './things';

export type { Example, Things } from './example-values';

/** No thing of anybody's. */
const NOTHING = '01900000-0000-7000-8000-0000000000ff';
/** The id the examples place an organization's hold under. */
const holdOf = (organization: number): string =>
  `01900000-0000-7000-8000-${String(organization).padStart(12, '0')}`;

/** What is written differs from what was written before: a change that changes nothing leaves no event. */
let written = 0;

/** How often the generated specs use the example of a route as its owner, or nearly: of what is used up so many are needed. */
export const USES = 4;

/**
 * One example per route, naming real things of the given organization. A route without one fails the generated
 * specs: it cannot appear without being tested.
 */
const EXAMPLES: Readonly<Record<string, (things: Things) => Example>> = {
  'GET /v1/me': () => ({ role: 'specialist', path: '/v1/me' }),
  'GET /v1/me/sessions': () => ({ role: 'patient', path: '/v1/me/sessions' }),
  'DELETE /v1/me/sessions': () => ({ role: 'assistant', path: '/v1/me/sessions' }),
  'DELETE /v1/me/sessions/:id': ({ spareSessions }) => ({
    role: 'patient',
    path: `/v1/me/sessions/${spareSessions.patient}`,
  }),
  'GET /v1/second-factors': () => ({ role: 'specialist', path: '/v1/second-factors' }),
  'POST /v1/second-factors': () => ({
    role: 'specialist',
    path: '/v1/second-factors',
    body: { kind: 'totp' },
  }),
  'POST /v1/second-factors/:id/confirm': () => ({
    role: 'specialist',
    path: `/v1/second-factors/${NOTHING}/confirm`,
    body: { code: '000000' },
  }),
  'DELETE /v1/second-factors/:id': () => ({ role: 'specialist', path: `/v1/second-factors/${NOTHING}` }),
  'POST /v1/step-up': () => ({ role: 'patient', path: '/v1/step-up', body: { kind: 'sms' } }),
  'POST /v1/step-up/verify': () => ({
    role: 'specialist',
    path: '/v1/step-up/verify',
    body: { purpose: 'session' },
  }),
  'GET /v1/organizations': () => ({ role: 'specialist', path: '/v1/organizations' }),
  'GET /v1/organizations/:id': ({ id }) => ({ role: 'specialist', path: `/v1/organizations/${id}` }),
  'PATCH /v1/organizations/:id': ({ id }) => ({
    role: 'org_admin',
    path: `/v1/organizations/${id}`,
    body: { tagline: `Generated ${(written += 1)}` },
  }),
  'GET /v1/patients': () => ({ role: 'specialist', path: '/v1/patients?page_size=100' }),
  'POST /v1/patients': () => ({
    role: 'specialist',
    path: '/v1/patients',
    body: { first_name: 'Generated', last_name: 'Example' },
  }),
  'POST /v1/patients/search': ({ emails }) => ({
    role: 'specialist',
    path: '/v1/patients/search',
    body: { email: emails.patient },
  }),
  'GET /v1/patients/:id': ({ patients }) => ({ role: 'specialist', path: `/v1/patients/${patients[0]}` }),
  'PATCH /v1/patients/:id': ({ patients }) => ({
    role: 'specialist',
    path: `/v1/patients/${patients[1]}`,
    body: { recording_consent: true },
  }),
  'GET /v1/specialists': () => ({ role: 'patient', path: '/v1/specialists' }),
  'POST /v1/specialists': () => ({ role: 'org_admin', path: '/v1/specialists', body: { name: 'Generated' } }),
  'GET /v1/specialists/:id': ({ specialists }) => ({
    role: 'patient',
    path: `/v1/specialists/${specialists[0]}`,
  }),
  'PATCH /v1/specialists/:id': ({ specialists }) => ({
    role: 'org_admin',
    path: `/v1/specialists/${specialists[1]}`,
    body: { title: `Generated ${(written += 1)}` },
  }),
  'GET /v1/specialists/:id/schedule': ({ specialists }) => ({
    role: 'patient',
    path: `/v1/specialists/${specialists[0]}/schedule`,
  }),
  'PUT /v1/specialists/:id/schedule': ({ specialists, clinic }) => ({
    role: 'specialist',
    path: `/v1/specialists/${specialists[0]}/schedule`,
    body: {
      weekly_hours: [1, 2, 3, 4, 5].map((day_of_week) => ({
        ...{ day_of_week, start: '09:00', end: '17:00', clinic_id: clinic },
      })),
    },
  }),
  'POST /v1/specialists/:id/overrides': ({ specialists }) => ({
    role: 'specialist',
    path: `/v1/specialists/${specialists[0]}/overrides`,
    body: { starts_at: '2099-02-02T00:00:00Z', ends_at: '2099-02-03T00:00:00Z', is_available: false },
  }),
  'DELETE /v1/specialists/:id/overrides/:override_id': ({ specialists, override }) => ({
    role: 'specialist',
    path: `/v1/specialists/${specialists[0]}/overrides/${override}`,
  }),
  'GET /v1/specialties': () => ({ role: 'patient', path: '/v1/specialties?q=ortho' }),
  'POST /v1/specialties': () => ({
    role: 'org_admin',
    path: '/v1/specialties',
    body: { title: 'Generated', slug: `generated-${(written += 1)}` },
  }),
  'PATCH /v1/specialties/:id': ({ specialty }) => ({
    role: 'org_admin',
    path: `/v1/specialties/${specialty}`,
    body: { title: `Rehabilitation ${(written += 1)}` },
  }),
  'GET /v1/clinics': () => ({ role: 'patient', path: '/v1/clinics' }),
  'POST /v1/clinics': () => ({ role: 'org_admin', path: '/v1/clinics', body: { name: 'Generated' } }),
  'GET /v1/clinics/:id': ({ clinic }) => ({ role: 'patient', path: `/v1/clinics/${clinic}` }),
  'PATCH /v1/clinics/:id': ({ clinic }) => ({
    role: 'org_admin',
    path: `/v1/clinics/${clinic}`,
    body: { phone: `+4026800${1000 + (written += 1)}` },
  }),
  'GET /v1/organizations/:id/settings': ({ id }) => ({
    role: 'patient',
    path: `/v1/organizations/${id}/settings`,
  }),
  'PATCH /v1/organizations/:id/settings': ({ id }) => ({
    role: 'org_admin',
    path: `/v1/organizations/${id}/settings`,
    body: { waitlist_offer_minutes: 60 + (written += 1) },
  }),
  'GET /v1/organizations/:id/domains': ({ id }) => ({
    role: 'org_admin',
    path: `/v1/organizations/${id}/domains`,
  }),
  'POST /v1/organizations/:id/domains': ({ id }) => ({
    role: 'org_admin',
    path: `/v1/organizations/${id}/domains`,
    body: { hostname: `generated-${(written += 1)}.example.org` },
  }),
  'POST /v1/organizations/:id/domains/:domain_id/verify': ({ id, domains }) => ({
    role: 'org_admin',
    path: `/v1/organizations/${id}/domains/${domains[0]}/verify`,
  }),
  'DELETE /v1/organizations/:id/domains/:domain_id': ({ id, domains }) => ({
    role: 'org_admin',
    path: `/v1/organizations/${id}/domains/${domains[1]}`,
  }),
  'GET /v1/api-keys': () => ({ role: 'org_admin', path: '/v1/api-keys' }),
  'POST /v1/api-keys': () => ({
    role: 'org_admin',
    path: '/v1/api-keys',
    body: { label: 'Generated', scopes: ['patient:read'] },
  }),
  'POST /v1/api-keys/:id/rotate': ({ apiKeys }) => ({
    role: 'org_admin',
    path: `/v1/api-keys/${fresh(apiKeys?.toRotate ?? [NOTHING])}/rotate`,
    body: { overlap_hours: 1 },
  }),
  'DELETE /v1/api-keys/:id': ({ apiKeys }) => ({
    role: 'org_admin',
    path: `/v1/api-keys/${fresh(apiKeys?.toRevoke ?? [NOTHING])}`,
  }),
  'GET /v1/appointment-types': () => ({ role: 'patient', path: '/v1/appointment-types' }),
  'POST /v1/appointment-types': () => ({
    role: 'org_admin',
    path: '/v1/appointment-types',
    body: { title: 'Generated', duration_minutes: 20 },
  }),
  'GET /v1/appointment-types/:id': ({ appointmentType }) => ({
    role: 'patient',
    path: `/v1/appointment-types/${appointmentType}`,
  }),
  'PATCH /v1/appointment-types/:id': ({ appointmentType }) => ({
    role: 'org_admin',
    path: `/v1/appointment-types/${appointmentType}`,
    body: { description: `Generated ${(written += 1)}` },
  }),
  'GET /v1/availability': ({ appointmentType }) => ({
    role: 'patient',
    path: `/v1/availability?appointment_type_id=${appointmentType}`,
    names: true,
  }),
  'GET /v1/appointments': () => ({ role: 'specialist', path: '/v1/appointments?page_size=100' }),
  'POST /v1/appointments': ({ appointmentType, specialists, patients }) => ({
    role: 'specialist',
    path: '/v1/appointments',
    body: {
      ...{ appointment_type_id: appointmentType, specialist_id: specialists[0] },
      ...{ patient_id: patients[(written += 1) % 10], starts_at: startAhead(written) },
    },
    names: true,
  }),
  'POST /v1/appointments/:id/call-session': ({ appointments }) => ({
    role: 'specialist',
    path: `/v1/appointments/${appointments.toConfirm[0]}/call-session`,
  }),
  'GET /v1/appointments/:id': ({ appointments }) => ({
    role: 'specialist',
    path: `/v1/appointments/${appointments.toConfirm[0]}`,
  }),
  'GET /v1/appointments/:id/history': ({ appointments }) => ({
    role: 'compliance',
    path: `/v1/appointments/${appointments.toConfirm[0]}/history`,
  }),
  'POST /v1/appointments/:id/onboard': ({ appointments, patients }) => ({
    role: 'specialist',
    path: `/v1/appointments/${fresh(appointments.strangers)}/onboard`,
    body: { patient_id: patients[6] },
  }),
  'POST /v1/appointments/:id/rating': ({ appointments }) => ({
    role: 'patient',
    path: `/v1/appointments/${fresh(appointments.held)}/rating`,
    body: { rating: 5 },
  }),
  'PUT /v1/appointments/:id/cancel': ({ appointments }) => ({
    role: 'specialist',
    path: `/v1/appointments/${fresh(appointments.toCancel)}/cancel`,
    body: { reason: 'specialist_unavailable' },
  }),
  'PUT /v1/appointments/:id/reschedule': ({ appointments, specialists }) => ({
    role: 'specialist',
    path: `/v1/appointments/${appointments.toConfirm[0]}/reschedule`,
    body: { starts_at: startAhead((written += 1)), specialist_id: specialists[0] },
  }),
  'PUT /v1/appointments/:id/status': ({ appointments }) => ({
    role: 'specialist',
    path: `/v1/appointments/${fresh(appointments.toConfirm)}/status`,
    body: { status: 'confirmed' },
  }),
  'GET /v1/audit-logs': () => ({ role: 'compliance', path: '/v1/audit-logs?page_size=100' }),
  'GET /v1/audit-logs/checkpoints': () => ({ role: 'compliance', path: '/v1/audit-logs/checkpoints' }),
  'GET /v1/audit-logs/consistency': () => ({
    role: 'org_admin',
    path: '/v1/audit-logs/consistency?from=1',
  }),
  'GET /v1/audit-logs/export': () => ({
    role: 'compliance',
    path: '/v1/audit-logs/export?format=ndjson',
  }),
  'GET /v1/audit-logs/:event_id': ({ eventId }) => ({
    role: 'compliance',
    path: `/v1/audit-logs/${eventId}`,
  }),
  'PUT /v1/legal-holds/:id': ({ id, patients }) => ({
    role: 'compliance',
    path: `/v1/legal-holds/${holdOf(id)}`,
    body: { patient_id: patients[3], reason: 'Generated' },
  }),
  'GET /v1/legal-holds': () => ({ role: 'compliance', path: '/v1/legal-holds' }),
  'POST /v1/legal-holds/:id/lift': ({ id }) => ({
    role: 'compliance',
    path: `/v1/legal-holds/${holdOf(id)}/lift`,
    body: { reason: 'Generated' },
  }),
  'POST /v1/patients/:id/erasure': ({ patients }) => ({
    role: 'compliance',
    path: `/v1/patients/${patients.at(-1)}/erasure`,
    body: { reason: 'Generated' },
  }),
  'GET /v1/patients/:id/erasure': ({ patients }) => ({
    role: 'compliance',
    path: `/v1/patients/${patients.at(-2)}/erasure`,
  }),
  'GET /v1/retention/plan': () => ({ role: 'compliance', path: '/v1/retention/plan?on=2040-01-01' }),
  'GET /v1/audit-logs/integrity': () => ({ role: 'compliance', path: '/v1/audit-logs/integrity' }),
  'GET /v1/audit-dead-letters': () => ({ role: 'compliance', path: '/v1/audit-dead-letters' }),
  'POST /v1/audit-dead-letters/replay': () => ({
    role: 'compliance',
    path: '/v1/audit-dead-letters/replay',
    body: { event_ids: ['01900000-0000-7000-8000-000000000000'] },
  }),
  'PATCH /v1/audit-dead-letters/:event_id': ({ deadLetterId }) => ({
    role: 'compliance',
    path: `/v1/audit-dead-letters/${deadLetterId}`,
    body: { user_agent: 'Generated' },
  }),
  'GET /v1/security-events': () => ({ role: 'compliance', path: '/v1/security-events' }),
  'GET /v1/security-alerts': () => ({ role: 'compliance', path: '/v1/security-alerts' }),
  'POST /v1/security-alerts/:id/acknowledge': ({ securityAlertId }) => ({
    role: 'compliance',
    path: `/v1/security-alerts/${securityAlertId}/acknowledge`,
  }),
  'GET /v1/staff-activity': () => ({ role: 'compliance', path: '/v1/staff-activity' }),
  'POST /v1/telemetry/events': () => ({
    role: 'patient',
    path: '/v1/telemetry/events',
    body: { events: [{ name: 'screen.opened', timestamp: '2026-01-01T00:00:00.000Z' }] },
  }),
  'GET /v1/telemetry/stats': () => ({ role: 'org_admin', path: '/v1/telemetry/stats' }),
  'POST /v1/telemetry/errors': () => ({
    role: 'patient',
    path: '/v1/telemetry/errors',
    body: { errors: [{ kind: 'video', code: 'MEDIA_ERR_DECODE', timestamp: '2026-01-01T00:00:00.000Z' }] },
  }),
  'POST /v1/exercise-sessions': () => ({ role: 'patient', path: '/v1/exercise-sessions', body: {} }),
  'POST /v1/exercise-sessions/:id/token': ({ exerciseSessionId }) => ({
    role: 'patient',
    path: `/v1/exercise-sessions/${exerciseSessionId}/token`,
  }),
  'POST /v1/exercise-sessions/:id/end': ({ exerciseSessionId }) => ({
    role: 'patient',
    path: `/v1/exercise-sessions/${exerciseSessionId}/end`,
    body: { outcome: 'completed', exercises_completed: (written += 1) % 200 },
  }),
  'GET /v1/me/analytics-consent': () => ({ role: 'patient', path: '/v1/me/analytics-consent' }),
  'PUT /v1/me/analytics-consent': () => ({
    role: 'patient',
    path: '/v1/me/analytics-consent',
    body: { level: 3, policy_version: '2026-01' },
  }),
  'POST /v1/admin/geo/update': () => ({ role: 'superadmin', path: '/v1/admin/geo/update' }),
  'GET /v1/admin/geo': () => ({ role: 'superadmin', path: '/v1/admin/geo' }),
  'GET /v1/admin/audit-delivery': () => ({ role: 'superadmin', path: '/v1/admin/audit-delivery' }),
  'GET /v1/admin/privacy-exclusions': () => ({ role: 'superadmin', path: '/v1/admin/privacy-exclusions' }),
  'GET /v1/telemetry/media/bandwidth/stats': () => ({
    role: 'org_admin',
    path: '/v1/telemetry/media/bandwidth/stats?period=30d&group_by=device_type',
  }),
  'GET /v1/telemetry/media/sessions/stats': () => ({
    role: 'org_admin',
    path: '/v1/telemetry/media/sessions/stats',
  }),
  'GET /v1/telemetry/media/calls/stats': () => ({
    role: 'org_admin',
    path: '/v1/telemetry/media/calls/stats',
  }),
  'GET /v1/telemetry/api-metrics': () => ({ role: 'org_admin', path: '/v1/telemetry/api-metrics' }),
  'GET /v1/telemetry/staff-metrics': () => ({ role: 'org_admin', path: '/v1/telemetry/staff-metrics' }),
  'GET /v1/telemetry/patients/:id/playback': ({ patients }) => ({
    role: 'specialist',
    path: `/v1/telemetry/patients/${patients[0]}/playback`,
  }),
  ...ACCESS_EXAMPLES,
  ...WAITING_EXAMPLES,
  ...RECORD_EXAMPLES,
  'GET /v1/access/explain': ({ patients }) => ({
    role: 'specialist',
    path: `/v1/access/explain?resource=patient&id=${patients[0]}`,
  }),
};

/**
 * Routes whose success cannot be repeated, because what it takes is good once: what their example answers instead, and
 * where their success and its events are shown.
 */
const ONCE: Readonly<Record<string, { answers: number; shownIn: string }>> = {
  'POST /v1/second-factors/:id/confirm': { answers: 404, shownIn: 'step-up.e2e.spec.ts' },
  'DELETE /v1/second-factors/:id': { answers: 404, shownIn: 'step-up.e2e.spec.ts' },
  'POST /v1/step-up/verify': { answers: 400, shownIn: 'step-up.e2e.spec.ts' },
  'POST /v1/me/claims': { answers: 403, shownIn: 'claims.e2e.spec.ts' },
  'POST /v1/portal/onboard': { answers: 409, shownIn: 'onboarding.e2e.spec.ts' },
};

/** What the example of a route answers its owner; undefined when it is a success. */
export const refusalOf = ({ route }: Door): number | undefined => ONCE[route]?.answers;

/** The example of a route for an organization. Throws for a route nobody has written one for. */
export function exampleOf({ route }: Door, things: Things): Example {
  const example = EXAMPLES[route]?.(things);
  if (!example) throw new Error(`${route} has no example in apps/core-api/test/generated/examples.ts`);
  return example;
}

/** Sends an example as somebody. */
export function send(caller: Caller, { route }: Door, { path, body }: Example): Test {
  const test = caller.to(route.split(' ')[0]!.toLowerCase() as 'get', path);
  return body ? test.send(body) : test;
}

/** An organization with what the examples name: an event, a hold, and an erased patient, the last but one. */
export async function withThings(platform: Platform, organization: ProvisionedOrganization): Promise<Things> {
  const compliance = caller(platform, organization.tokens.compliance);
  const reason = 'Named by examples';
  await compliance
    .to('put', `/v1/legal-holds/${uuidv7()}`)
    .send({ patient_id: organization.patients[4], reason });
  await compliance.post(`/v1/patients/${organization.patients.at(-2)}/erasure`, { reason });
  return {
    ...organization,
    eventId: await newestEventOf(platform, organization),
    deadLetterId: await refusedEventOf(platform, organization),
    securityAlertId: await securityAlertOf(platform, organization),
    exerciseSessionId: await openSession(platform, organization),
    apiKeys: await apiKeysOf(platform, organization),
    waitlist: await waitlistOf(platform, organization, USES),
    consents: await consentsOf(platform, organization, USES),
    record: await recordThingsOf(platform, organization, USES),
  };
}

/** The token an example is sent with by somebody of an organization. */
export const tokenFor = (
  platform: Pick<Platform, 'superadminToken'>,
  { tokens }: Pick<ProvisionedOrganization, 'tokens'>,
  { role }: Example,
): string => (role === 'superadmin' ? platform.superadminToken : tokens[role]);

/** Routes of the platform's operator: no organization owns what they show. */
export const isOperators = ({ access }: Door): boolean => /^(telemetry_upkeep|audit_delivery):/.test(access);

/** Routes whose address names a thing: a stranger must not find it. */
export const namesAThing = ({ route }: Door): boolean => route.includes(':');
