import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditEvent } from '@restartix/contracts';
import type { Sql } from '@restartix/database';

const SEALED_WITHIN_MS = 900_000;

/** Throws unless every event of a run is in the log exactly once, with its leaf, and no log has a gap. */
export async function assertStored(telemetry: Sql, run: string, events: number): Promise<void> {
  const [found] = await telemetry.query<{ rows: number; ids: number; leaves: number }>(
    `select count(*)::int as rows, count(distinct entry.event_id)::int as ids, count(leaf.event_id)::int as leaves
       from audit.audit_logs entry left join integrity.leaves leaf on leaf.event_id = entry.event_id
      where entry.request_id like $1 || '-%'`,
    [run],
  );
  if (found?.rows !== events || found.ids !== events || found.leaves !== events)
    throw new Error(`${events} events were stored as ${JSON.stringify(found)}`);
  const gaps = await telemetry.query(
    `select organization_id from integrity.leaves group by organization_id having max(leaf_index) + 1 <> count(*)`,
  );
  if (gaps.length > 0) throw new Error(`Logs with gaps: ${JSON.stringify(gaps)}`);
}

/** Throws unless a row holds what was sent. */
export async function assertSame(telemetry: Sql, sent: AuditEvent): Promise<void> {
  const [row] = await telemetry.query<{ same: boolean }>(
    `select organization_id = $2 and patient_id = $3::uuid and request_id = $4 and details = $5::jsonb
            and "timestamp" = $6::timestamptz and user_email not like '%@%' as same
       from audit.audit_logs where event_id = $1`,
    [
      sent.event_id,
      sent.organization_id,
      sent.patient_id,
      sent.request_id,
      JSON.stringify(sent.details),
      sent.timestamp,
    ],
  );
  if (!row?.same) throw new Error(`Event ${sent.event_id} is not stored as it was sent`);
}

/** Resolves when a signed checkpoint covers every leaf. Throws when that takes too long. */
export async function sealed(telemetry: Sql): Promise<void> {
  const until = Date.now() + SEALED_WITHIN_MS;
  for (;;) {
    const open = await telemetry.query(
      `select leaf.organization_id from (select organization_id, max(leaf_index) + 1 as size
                                           from integrity.leaves group by 1) leaf
        where not exists (select 1 from integrity.checkpoints
                           where organization_id = leaf.organization_id and size >= leaf.size)`,
    );
    if (open.length === 0) return;
    if (Date.now() > until) throw new Error(`${open.length} logs are not sealed`);
    await sleep(200);
  }
}
