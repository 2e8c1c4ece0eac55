import type { AuditEvent, IssuedApiKey } from '@restartix/contracts';
import type { Platform, ProvisionedOrganization } from '@restartix/testing';
import { v7 as uuidv7 } from 'uuid';
import { caller } from '../api';

type OfOrganization = Pick<ProvisionedOrganization, 'id'>;

/** An event of the organization as system work leaves it. */
const eventOf = ({ id }: OfOrganization, fields: Partial<AuditEvent>): AuditEvent => ({
  event_id: uuidv7(),
  timestamp: new Date().toISOString(),
  organization_id: id,
  user_id: null,
  user_email: null,
  user_role: 'system',
  action: 'view',
  resource_type: 'organization',
  resource_id: String(id),
  patient_id: null,
  ip_address: null,
  user_agent: null,
  request_id: null,
  success: true,
  details: {},
  ...fields,
});

/** Puts an event somewhere in the main database as its superuser; answers its id. */
async function put(platform: Platform, statement: string, event: AuditEvent): Promise<string> {
  const main = await platform.superuser('main');
  try {
    await main.query(statement, [event.organization_id, JSON.stringify(event)]);
  } finally {
    await main.close();
  }
  return event.event_id;
}

/** An event of the organization that the audit store has refused; answers its id. */
export const refusedEventOf = (
  platform: Platform,
  organization: OfOrganization,
  fields: Partial<AuditEvent> = {},
): Promise<string> =>
  put(
    platform,
    `insert into audit_dead_letters (position, organization_id, event, created_at, reason)
     values (nextval(pg_get_serial_sequence('audit_outbox', 'position')), $1, $2::jsonb, now(), 'resource_type has the wrong form')`,
    eventOf(organization, { resource_type: 'Organization!', ...fields }),
  );

/** An event of the organization that waits for delivery; answers its id. */
export const waitingEventOf = (
  platform: Platform,
  organization: OfOrganization,
  fields: Partial<AuditEvent>,
): Promise<string> =>
  put(
    platform,
    'insert into audit_outbox (organization_id, event) values ($1, $2::jsonb)',
    eventOf(organization, fields),
  );

/** Entries of a waitlist, so many of each kind. */
export interface WaitlistThings {
  waiting: string[];
  toAccept: string[];
  toDecline: string[];
}

/** Patients who wait, and patients who were offered times far ahead; each of its own. */
export async function waitlistOf(
  platform: Platform,
  organization: Pick<ProvisionedOrganization, 'id' | 'patients' | 'appointmentType' | 'specialists'>,
  count: number,
): Promise<WaitlistThings> {
  const { id: organizationId, patients, appointmentType, specialists } = organization;
  const main = await platform.superuser('main');
  const first = Date.UTC(new Date().getUTCFullYear() + 3, 0, 1);
  const entry = async (number: number, isOffered: boolean): Promise<string> => {
    const [entryId, appointmentId, patient] = [uuidv7(), uuidv7(), patients[number]];
    const starts = new Date(first + number * 3_600_000);
    if (isOffered)
      await main.query(
        `insert into appointments (organization_id, id, status, appointment_type_id, specialist_id, patient_id, mode,
           starts_at, ends_at, occupied_from, occupied_until, booked_via)
         values ($1, $2, 'booked', $3, $4, $5, 'in_person', $6::timestamptz, $6::timestamptz + interval '30 minutes',
           $6, $6::timestamptz + interval '30 minutes', 'waitlist')`,
        [organizationId, appointmentId, appointmentType, specialists[0], patient, starts],
      );
    await main.query(
      `insert into waitlist_entries (organization_id, id, patient_id, appointment_type_id, status, appointment_id,
         offer_expires_at, earliest)
       values ($1, $2, $3, $4, case when $5::boolean then 'offered' else 'waiting' end,
         case when $5 then $6::uuid end, case when $5 then $7::timestamptz end, $7)`,
      [organizationId, entryId, patient, appointmentType, isOffered, appointmentId, starts],
    );
    return entryId;
  };
  try {
    const things: WaitlistThings = { waiting: [], toAccept: [], toDecline: [] };
    for (let number = 0; number < count; number += 1) {
      things.waiting.push(await entry(FIRST_WAITING + number, false));
      things.toAccept.push(await entry(FIRST_WAITING + count + number, true));
      things.toDecline.push(await entry(FIRST_WAITING + 2 * count + number, true));
    }
    return things;
  } finally {
    await main.close();
  }
}

/** Texts and consents of an organization: one to show, and so many of each that is used up. */
export interface ConsentThings {
  toShow: string;
  toSign: string[];
  toRecord: string[];
  toWithdraw: string[];
  toWithdrawAtDesk: string[];
}

/** Texts of an organization and consents its first patient gave, so many of each, every one of a kind of its own. */
export async function consentsOf(
  platform: Platform,
  { id: organizationId, patients }: Pick<ProvisionedOrganization, 'id' | 'patients'>,
  count: number,
): Promise<ConsentThings> {
  const main = await platform.superuser('main');
  const text = async (kind: string): Promise<string> => {
    const id = uuidv7();
    await main.query(
      `insert into consent_texts (organization_id, id, kind, version, title, body) values ($1, $2, $3, 1, $3, $3)`,
      [organizationId, id, kind],
    );
    return id;
  };
  try {
    const give = async (kind: string): Promise<string> => {
      const id = uuidv7();
      await main.query(
        `insert into patient_consents (organization_id, id, patient_id, consent_text_id, kind) values ($1, $2, $3, $4, $5)`,
        [organizationId, id, patients[0], await text(kind), kind],
      );
      return id;
    };
    const many = async (make: (kind: string) => Promise<string>, kind: string) => {
      const ids: string[] = [];
      for (let number = 0; number < count; number += 1) ids.push(await make(`${kind}_${number}`));
      return ids;
    };
    return {
      toShow: await give('shown'),
      toSign: await many(text, 'to_sign'),
      toRecord: await many(text, 'to_record'),
      toWithdraw: await many(give, 'given'),
      toWithdrawAtDesk: await many(give, 'given_too'),
    };
  } finally {
    await main.close();
  }
}

/** Patients before this one are other examples'. */
const FIRST_WAITING = 5;

/** An open security alert of the organization; answers its id. */
export async function securityAlertOf(
  platform: Platform,
  { id }: Pick<ProvisionedOrganization, 'id'>,
): Promise<string> {
  const alertId = uuidv7();
  const telemetry = await platform.superuser('telemetry');
  try {
    await telemetry.query(
      `insert into security.security_alerts
         (alert_id, organization_id, rule, severity, subject, first_event_at, last_event_at)
       values ($1, $2, 'brute_force', 'high', $3, now(), now())`,
      [alertId, id, `spec:${alertId}`],
    );
  } finally {
    await telemetry.close();
  }
  return alertId;
}

/** How often the generated specs name a key, as its owner or as anybody else. */
const KEYS = 4;

/** API keys of the organization, of which each rotation and each revocation uses one up. */
export async function apiKeysOf(
  platform: Platform,
  { tokens }: Pick<ProvisionedOrganization, 'tokens'>,
): Promise<{ toRotate: string[]; toRevoke: string[] }> {
  const admin = caller(platform, tokens.org_admin);
  const make = async () => {
    const body = { label: 'Named by examples', scopes: ['patient:read'] };
    return (await admin.post('/v1/api-keys', body).expect(201)).body.data as IssuedApiKey;
  };
  const ids = async () => (await Promise.all(Array.from({ length: KEYS }, make))).map(({ id }) => id);
  return { toRotate: await ids(), toRevoke: await ids() };
}
