import type { AuditEvent } from '@restartix/contracts';

/** An entry as the driver hands it over: the date as Date. */
export interface StoredRow extends Omit<AuditEvent, 'timestamp'> {
  timestamp: Date;
}

/** The same with its place in the log: big integers as text, bytes as Buffer. */
export interface AuditLogRow extends StoredRow {
  leaf_index: string;
  leaf_hash: Buffer;
}
