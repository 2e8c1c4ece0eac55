import type { ErrorCode } from '@restartix/contracts';
import { DomainError, unavailable } from '@restartix/errors';

/** SQLSTATE (or its class) → what it means to a client. Anything else is ours to mend: internal_error. */
const MEANINGS: Readonly<Record<string, ErrorCode>> = {
  '23505': 'already_exists',
  '23503': 'conflict',
  '23P01': 'conflict',
  '40001': 'conflict',
  '40P01': 'conflict',
  '42501': 'forbidden',
  RX001: 'impersonation_read_only',
  '22P02': 'bad_request',
  '22P05': 'bad_request',
  '22021': 'bad_request',
};

/** SQLSTATE classes and driver codes that say the server is away, full or shutting down. */
const AWAY = /^(08|53|57P0)|^57014$|^25P03$|^(ECONN|EPIPE|ENOTFOUND|ETIMEDOUT|EAI_)/;

/** Messages of node-postgres for a lost connection, which carry no code. */
const AWAY_MESSAGE =
  /connection terminated|connection error|timeout exceeded when trying to connect|client was closed|cannot use a pool/i;

/** An event that cannot be written stops the work it belongs to: the access is not made. */
const OUTBOX = /\baudit_outbox\b/;

/** Turns an error of the database into a DomainError where it has a meaning for a client; else hands it back. */
export function translateSqlError(error: unknown): unknown {
  if (error instanceof DomainError || typeof error !== 'object' || error === null) return error;
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (OUTBOX.test(String(message))) return unavailable('audit_unavailable', error);
  if (typeof code === 'string') {
    const meaning = MEANINGS[code];
    if (meaning) return new DomainError(meaning, { cause: error });
    if (AWAY.test(code)) return unavailable('database_unavailable', error);
  }
  return AWAY_MESSAGE.test(String(message)) ? unavailable('database_unavailable', error) : error;
}
