import type { MemberRole } from '@restartix/contracts';

export interface Desk {
  coreApi: string;
  id: number;
  /** Patients in the first specialist's care; the first has the patient role's login. */
  patients: readonly string[];
  /** Appointments of each kind; one when absent. */
  appointments?: number;
  tokens: Record<MemberRole, string>;
}

/** Appointments with the first specialist far ahead, so many of each kind, of patients in that specialist's care. */
export interface ProvisionedAppointments {
  toCancel: string[];
  toConfirm: string[];
  /** Booked by strangers: without a patient. */
  strangers: string[];
  /** Of the patient role's own record. */
  held: string[];
}

/** Where, when and for what an organization sees patients. */
export interface ProvisionedScheduling {
  clinic: string;
  specialty: string;
  /** Ids of the two specialists; the first has the specialist role's login. */
  specialists: [string, string];
  /** Published: 30 minutes at the clinic, with the first specialist before the second. */
  appointmentType: string;
  appointments: ProvisionedAppointments;
  /** An exception of the first specialist, far away. */
  override: string;
  /** Host names that are not proven. */
  domains: [string, string];
}

/** The demo clinics' hours: Monday to Friday, nine to five. */
const WEEKDAYS = [1, 2, 3, 4, 5];
const DAY = { start: '09:00', end: '17:00' };

/** Asks the API of an organization as somebody; throws for anything but a success. */
export async function ask<T>(
  { coreApi, tokens }: Desk,
  role: MemberRole,
  method: string,
  path: string,
  body?: object,
): Promise<T> {
  const answer = await fetch(`${coreApi}${path}`, {
    method,
    headers: { authorization: `Bearer ${tokens[role]}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { data: T }).data;
}

/** Gives an organization a clinic, hours of its specialists and something that can be booked. */
export async function provisionScheduling(desk: Desk): Promise<ProvisionedScheduling> {
  const admin = <T>(method: string, path: string, body?: object) =>
    ask<T>(desk, 'org_admin', method, path, body);
  const clinic = await admin<{ id: string }>('POST', '/v1/clinics', {
    ...{ name: 'Main clinic', address: 'Strada Lunga 1', city: 'Brasov', timezone: 'Europe/Bucharest' },
    ...{ holiday_calendar: 'RO', business_hours: { mon: DAY, tue: DAY, wed: DAY, thu: DAY, fri: DAY } },
  });
  const specialty = await admin<{ id: string }>('POST', '/v1/specialties', {
    title: 'Orthopaedic rehabilitation',
    slug: 'orthopaedic-rehabilitation',
  });
  const { specialist_id: own } = await me(desk);
  const listed = await admin<{ id: string }[]>('GET', '/v1/specialists');
  const others = listed.map(({ id }) => id).filter((id) => id !== own);
  const specialists: [string, string] = [own, others[0] ?? own];
  for (const id of specialists) {
    await admin('PATCH', `/v1/specialists/${id}`, {
      specialty_ids: [specialty.id],
      clinics: [{ clinic_id: clinic.id, is_primary: true }],
    });
    const weekly_hours = WEEKDAYS.map((day_of_week) => ({ day_of_week, ...DAY, clinic_id: clinic.id }));
    await admin('PUT', `/v1/specialists/${id}/schedule`, { weekly_hours });
  }
  const type = await admin<{ id: string }>('POST', '/v1/appointment-types', {
    ...{ title: 'First visit', duration_minutes: 30, clinic_id: clinic.id, specialty_id: specialty.id },
    ...{ is_published: true, horizon_days: 366 },
    specialists: specialists.map((specialist_id, priority) => ({ specialist_id, priority })),
  });
  const override = await admin<{ id: string }>('POST', `/v1/specialists/${own}/overrides`, {
    ...{ starts_at: '2099-01-05T00:00:00Z', ends_at: '2099-01-06T00:00:00Z', is_available: false },
  });
  const domain = (name: string) =>
    admin<{ id: string }>('POST', `/v1/organizations/${desk.id}/domains`, {
      hostname: `${name}.organization-${desk.id}.example.org`,
    });
  const [book, old] = [await domain('book'), await domain('old')];
  await admin('PATCH', `/v1/organizations/${desk.id}/settings`, { public_booking: true });
  const appointments = await provisionAppointments(desk, own, type.id);
  return {
    appointments,
    clinic: clinic.id,
    specialty: specialty.id,
    specialists,
    appointmentType: type.id,
    override: override.id,
    domains: [book.id, old.id],
  };
}

async function provisionAppointments(
  desk: Desk,
  specialist_id: string,
  appointment_type_id: string,
): Promise<ProvisionedAppointments> {
  let next = Date.UTC(new Date().getUTCFullYear() + 1, 5, 1);
  const book = async (who: object) => {
    const body = {
      appointment_type_id,
      specialist_id,
      starts_at: new Date((next += 3_600_000)).toISOString(),
      ...who,
    };
    return (await ask<{ id: string }>(desk, 'assistant', 'POST', '/v1/appointments', body)).id;
  };
  const booked: ProvisionedAppointments = { toCancel: [], toConfirm: [], strangers: [], held: [] };
  for (let index = 0; index < (desk.appointments ?? 1); index += 1) {
    const patient_id = desk.patients[index % Math.min(desk.patients.length, 5)];
    booked.toCancel.push(await book({ patient_id }));
    booked.toConfirm.push(await book({ patient_id }));
    const contact = { name: 'Somebody New', email: `new.${index}@stranger-${desk.id}.example` };
    booked.strangers.push(await book({ contact }));
    const held = await book({ patient_id: desk.patients[0] });
    for (const status of ['confirmed', 'inprogress', 'done'])
      await ask(desk, 'specialist', 'PUT', `/v1/appointments/${held}/status`, { status });
    booked.held.push(held);
  }
  return booked;
}

const me = (desk: Desk) => ask<{ specialist_id: string }>(desk, 'specialist', 'GET', '/v1/me');
