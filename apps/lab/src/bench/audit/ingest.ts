import type { AuditEvent, AuditIngestRequest, AuditIngestResponse } from '@restartix/contracts';
import type { ChannelClient } from '@restartix/service-channel';

/** Posts batches over the channel, several in flight. Answers the seconds until the last 2xx; throws unless all are stored. */
export async function ingest(
  channel: ChannelClient,
  batches: Iterable<AuditEvent[]>,
  inFlight: number,
): Promise<number> {
  const waiting = batches[Symbol.iterator]();
  const start = performance.now();
  const send = async () => {
    for (let next = waiting.next(); !next.done; next = waiting.next()) {
      const events = next.value;
      const request: AuditIngestRequest = { events };
      const { results } = await channel.post<AuditIngestResponse>('/internal/v1/audit-events', request);
      const other = results.find(({ status }) => status !== 'stored');
      if (other || results.length !== events.length)
        throw new Error(`An event was not stored: ${JSON.stringify(other ?? results.length)}`);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, send));
  return (performance.now() - start) / 1000;
}
