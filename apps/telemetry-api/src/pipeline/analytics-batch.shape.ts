import { CONSENT_LEVELS, EVENT_NAME, type AnalyticsBatch, type AnalyticsEvent } from '@restartix/contracts';
import {
  dateTime,
  integer,
  isObject,
  nullable,
  object,
  oneOf,
  ShapeFault,
  text,
  uuid,
  type Reader,
} from '../shape';

/** Most events of one client request. */
const EVENTS_MAX = 1000;

const list: Reader<unknown[]> = (value) => {
  if (Array.isArray(value) && value.length > 0 && value.length <= EVENTS_MAX) return value as unknown[];
  throw new ShapeFault('', `must be a list of 1 to ${EVENTS_MAX} events`);
};

/** A batch whose events are not looked at yet: one that is wrong does not spoil the others. */
export type OpenedBatch = Omit<AnalyticsBatch, 'events'> & { events: unknown[] };

/** Reads what was in a sealed box. Throws {@link ShapeFault}. */
export const readBatch = object<OpenedBatch>({
  organization_id: integer(1, 2_147_483_647),
  user_id: nullable(uuid),
  consent_level: oneOf(CONSENT_LEVELS),
  consent_policy_version: nullable(text(64)),
  client_address: nullable(text(64)),
  user_agent: nullable(text(1024)),
  received_at: dateTime,
  events: list,
});

/** One event before its properties are scrubbed. */
export type OpenedEvent = Omit<AnalyticsEvent, 'properties'> & { properties: Record<string, unknown> };

/** Reads one event. Throws {@link ShapeFault}. */
export const readEvent = object<OpenedEvent>({
  event_id: uuid,
  name: text(64, EVENT_NAME),
  properties: (value) => (isObject(value) ? value : {}),
  timestamp: dateTime,
});
