import type { AuditEvent } from '@restartix/contracts';

/** A row of the log as the driver hands it over: dates as Date, big integers as text, bytes as Buffer. */
export interface AuditLogRow extends Omit<AuditEvent, 'timestamp'> {
  timestamp: Date;
  leaf_index: string;
  leaf_hash: Buffer;
}
