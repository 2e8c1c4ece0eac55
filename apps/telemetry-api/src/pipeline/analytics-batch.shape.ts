import { CONSENT_LEVELS, EVENT_CLASSES, type AnalyticsBatch } from '@restartix/contracts';
import {
  dateTime,
  integer,
  nullable,
  object,
  oneOf,
  optional,
  ShapeFault,
  text,
  uuid,
  type Reader,
} from '../shape';

/** Most items of one box. */
const ITEMS_MAX = 1000;

const list: Reader<unknown[]> = (value) => {
  if (Array.isArray(value) && value.length > 0 && value.length <= ITEMS_MAX) return value as unknown[];
  throw new ShapeFault('', `must be a list of 1 to ${ITEMS_MAX} items`);
};

/** A batch whose items are not looked at yet: one that is wrong does not spoil the others. */
export type OpenedBatch = Omit<AnalyticsBatch, 'events'> & { events: unknown[] };

/** Reads what was in a sealed box. Throws {@link ShapeFault}. */
export const readBatch = object<OpenedBatch>({
  class: optional(oneOf(EVENT_CLASSES)),
  organization_id: integer(0, 2_147_483_647),
  user_id: nullable(uuid),
  consent_level: oneOf(CONSENT_LEVELS),
  consent_policy_version: nullable(text(64)),
  consent_at: optional(dateTime),
  session_id: optional(uuid),
  client_address: nullable(text(64)),
  user_agent: nullable(text(1024)),
  received_at: dateTime,
  events: list,
});
