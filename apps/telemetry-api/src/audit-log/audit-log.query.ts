import {
  AUDIT_ACTIONS,
  type AuditExportRequest,
  type AuditGetRequest,
  type AuditPosition,
  type AuditSearchRequest,
} from '@restartix/contracts';
import {
  dateTime,
  flag,
  integer,
  nullable,
  object,
  oneOf,
  optional,
  organizationId,
  text,
  uuid,
} from '../shape';

const PAGE_MAX = 100;

/** Body of a search, as core-api sends it. */
export const readSearch = object<AuditSearchRequest>({
  organization_id: organizationId,
  filters: object<AuditSearchRequest['filters']>({
    user_id: optional(uuid),
    patient_id: optional(uuid),
    resource_type: optional(text(64)),
    resource_id: optional(text(128)),
    action: optional(oneOf(AUDIT_ACTIONS)),
    success: optional(flag),
    request_id: optional(text(128)),
    from: optional(dateTime),
    to: optional(dateTime),
  }),
  page_size: integer(1, PAGE_MAX),
  before: nullable(object<AuditPosition>({ timestamp: dateTime, event_id: uuid })),
  reveal_identity: flag,
});

/** Body of a look-up of one event. */
export const readGet = object<AuditGetRequest>({
  organization_id: organizationId,
  event_id: uuid,
  reveal_identity: flag,
});

const place = integer(0, Number.MAX_SAFE_INTEGER);

/** Body of a page of an export. */
export const readExport = object<AuditExportRequest>({
  organization_id: organizationId,
  first: place,
  size: nullable(place),
  page_size: integer(1, 500),
});
