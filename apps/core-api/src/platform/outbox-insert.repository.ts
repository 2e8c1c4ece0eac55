import type { AuditEvent } from '@restartix/contracts';
import type { Statement } from '@restartix/database';

const INSERT = `insert into audit_outbox (organization_id, event)
  select (event ->> 'organization_id')::int, event from jsonb_array_elements($1::jsonb) as event`;

/** The statement that puts events into the outbox. */
export function outboxStatement(events: readonly AuditEvent[]): Statement {
  return { text: INSERT, values: [JSON.stringify(events)] };
}

/** The statement that answers what another finds, and puts the event into the outbox if that finds anything. */
export function outboxAlongside({ text, values }: Statement, event: AuditEvent): Statement {
  const [organization, json] = [`$${values.length + 1}`, `$${values.length + 2}`];
  return {
    text: `with found as materialized (${text}), recorded as (
             insert into audit_outbox (organization_id, event)
             select ${organization}::int, ${json}::jsonb where exists (select from found))
           select * from found`,
    values: [...values, event.organization_id, JSON.stringify(event)],
  };
}
