import type { MemberRole } from '@restartix/contracts';
import type { ProvisionedOrganization } from '@restartix/testing';
import type { Test } from 'supertest';
import type { Caller } from '../api';
import type { Door } from './inventory';

/** A request that succeeds for the owner of what it names. */
export interface Example {
  role: MemberRole;
  path: string;
  body?: object;
  /** Its query or body names things of the organization: a stranger must not find them either. */
  names?: boolean;
}

/** What the examples name, of one organization. */
export interface Things extends ProvisionedOrganization {
  /** An event of its trail. */
  eventId: string;
}

/** What is written differs from what was written before: a change that changes nothing leaves no event. */
let written = 0;

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
    body: { title: 'Generated' },
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
    body: { title: 'Generated', slug: 'generated' },
  }),
  'PATCH /v1/specialties/:id': ({ specialty }) => ({
    role: 'org_admin',
    path: `/v1/specialties/${specialty}`,
    body: { title: 'Rehabilitation' },
  }),
  'GET /v1/clinics': () => ({ role: 'patient', path: '/v1/clinics' }),
  'POST /v1/clinics': () => ({ role: 'org_admin', path: '/v1/clinics', body: { name: 'Generated' } }),
  'GET /v1/clinics/:id': ({ clinic }) => ({ role: 'patient', path: `/v1/clinics/${clinic}` }),
  'PATCH /v1/clinics/:id': ({ clinic }) => ({
    role: 'org_admin',
    path: `/v1/clinics/${clinic}`,
    body: { phone: '+40268000000' },
  }),
  'GET /v1/organizations/:id/settings': ({ id }) => ({
    role: 'patient',
    path: `/v1/organizations/${id}/settings`,
  }),
  'PATCH /v1/organizations/:id/settings': ({ id }) => ({
    role: 'org_admin',
    path: `/v1/organizations/${id}/settings`,
    body: { locale: 'ro', feature_flags: { ai: false } },
  }),
  'GET /v1/organizations/:id/domains': ({ id }) => ({
    role: 'org_admin',
    path: `/v1/organizations/${id}/domains`,
  }),
  'POST /v1/organizations/:id/domains': ({ id }) => ({
    role: 'org_admin',
    path: `/v1/organizations/${id}/domains`,
    body: { hostname: 'generated.example.org' },
  }),
  'POST /v1/organizations/:id/domains/:domain_id/verify': ({ id, domain }) => ({
    role: 'org_admin',
    path: `/v1/organizations/${id}/domains/${domain}/verify`,
  }),
  'DELETE /v1/organizations/:id/domains/:domain_id': ({ id, domain }) => ({
    role: 'org_admin',
    path: `/v1/organizations/${id}/domains/${domain}`,
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
    body: { description: 'Generated' },
  }),
  'GET /v1/availability': ({ appointmentType }) => ({
    role: 'patient',
    path: `/v1/availability?appointment_type_id=${appointmentType}`,
    names: true,
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
  'POST /v1/telemetry/events': () => ({
    role: 'patient',
    path: '/v1/telemetry/events',
    body: { events: [{ name: 'screen.opened', timestamp: '2026-01-01T00:00:00.000Z' }] },
  }),
  'GET /v1/telemetry/stats': () => ({ role: 'org_admin', path: '/v1/telemetry/stats' }),
  'GET /v1/access/explain': ({ patients }) => ({
    role: 'specialist',
    path: `/v1/access/explain?resource=patient&id=${patients[0]}`,
  }),
};

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

/** Whether a request names a thing: a stranger must not find it. */
export const namesAThing = ({ route }: Door, { names = false }: Example): boolean =>
  names || route.includes(':');
