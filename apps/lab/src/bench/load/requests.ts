import { randomInt } from 'node:crypto';
import type { BenchPlatform } from '../platform';
import type { LoadReport } from './loader';

/** A name no other run has, to find what this one left behind. */
export function runName(): string {
  return `bench${Array.from({ length: 8 }, () => String.fromCharCode(97 + randomInt(26))).join('')}`;
}

/** The head of a request as it goes over the wire, without its last empty line. */
export const head = (request: string, token: string) =>
  `${request} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n` +
  'User-Agent: bench\r\nAccept: application/json\r\nX-Request-Id: @ID@\r\n';

/** Specialists of both organizations read the patients in their care in turn. */
export function patientRequests({ facts }: BenchPlatform): string[] {
  const IN_CARE = 10;
  return facts.organizations.flatMap(({ patients, tokens }) =>
    patients.slice(0, IN_CARE).map((id) => `${head(`GET /v1/patients/${id}`, tokens.specialist)}\r\n`),
  );
}

/** Throws unless every request was answered 200. */
export function assertAllOk({ sent, statuses }: LoadReport): void {
  if (statuses[200] !== sent) throw new Error(`${sent} requests were answered ${JSON.stringify(statuses)}`);
}
