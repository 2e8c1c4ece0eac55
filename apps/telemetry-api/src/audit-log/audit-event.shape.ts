import { AUDIT_ACTIONS, ROLES, type AuditDetails, type AuditEvent } from '@restartix/contracts';
import { canonicalAddress } from '../ip-address';
import {
  dateTime,
  flag,
  isObject,
  nullable,
  object,
  oneOf,
  organizationId,
  ShapeFault,
  text,
  uuid,
  type Reader,
} from '../shape';

const UUID_FORM = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** An id of any kind of thing: UUIDs in lower case, others as they are. */
const resourceId: Reader<string> = (value) => {
  const id = text(128)(value);
  return UUID_FORM.test(id) ? id.toLowerCase() : id;
};

const address: Reader<string> = (value) => {
  const canonical = typeof value === 'string' ? canonicalAddress(value) : null;
  if (canonical === null) throw new ShapeFault('', 'must be an IP address');
  return canonical;
};

/** Its values are checked when the canonical text is made. */
const details: Reader<AuditDetails> = (value) => {
  if (!isObject(value)) throw new ShapeFault('', 'must be an object');
  return value as AuditDetails;
};

/**
 * Reads one event of a batch in its canonical form: exactly the fields of the standard event, lower-case ids, UTC
 * milliseconds, addresses as PostgreSQL prints them. Throws {@link ShapeFault}. Hand-made rather than decorated,
 * because it runs once for every event of every batch.
 */
export const readAuditEvent: Reader<AuditEvent> = object<AuditEvent>({
  event_id: uuid,
  timestamp: dateTime,
  organization_id: organizationId,
  user_id: nullable(uuid),
  user_email: nullable(text(320)),
  user_role: oneOf(ROLES),
  action: oneOf(AUDIT_ACTIONS),
  resource_type: text(64, /^[a-z][a-z_]*$/),
  resource_id: nullable(resourceId),
  patient_id: nullable(uuid),
  ip_address: nullable(address),
  user_agent: nullable(text(1024)),
  request_id: nullable(text(128)),
  success: flag,
  details,
});
