import type { AuditEvent } from '@restartix/contracts';
import type { Statement } from '@restartix/database';

const INSERT = `insert into audit_outbox (organization_id, event)
  select (event ->> 'organization_id')::int, event from jsonb_array_elements($1::jsonb) as event`;

/** The statement that puts events into the outbox. */
export function outboxStatement(events: readonly AuditEvent[]): Statement {
  return { text: INSERT, values: [JSON.stringify(events)] };
}
