import type { AuditEvent, AuditIngestResponse } from '@restartix/contracts';
import { v7 as uuidv7 } from 'uuid';
import type { Instance } from './telemetry';

/** An event as core-api sends it. */
export function auditEvent(fields: Partial<AuditEvent> = {}): AuditEvent {
  return {
    event_id: uuidv7(),
    timestamp: new Date().toISOString(),
    organization_id: 1,
    user_id: uuidv7(),
    user_email: 'specialist@clinic.example',
    user_role: 'specialist',
    action: 'view',
    resource_type: 'patient',
    resource_id: uuidv7(),
    patient_id: uuidv7(),
    ip_address: '203.0.113.7',
    user_agent: 'Mozilla/5.0',
    request_id: uuidv7(),
    success: true,
    details: {},
    ...fields,
  };
}

/** Sends events of any form over the channel. */
export async function ingest(
  { channel }: Instance,
  events: unknown[],
): Promise<AuditIngestResponse['results']> {
  return (await channel.post<AuditIngestResponse>('/internal/v1/audit-events', { events })).results;
}
