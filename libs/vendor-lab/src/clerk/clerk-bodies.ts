import type { IncomingMessage } from 'node:http';
import { ClerkRefusal } from './clerk-refusal';

const LARGEST_BODY = 65_536;
const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

/** The body of a request as text. Throws {@link ClerkRefusal} for one that is too large. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw new ClerkRefusal(413, 'request_too_large', 'The body is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function assertType(headers: IncomingMessage['headers'], body: string, wanted: string): void {
  if (body !== '' && !(headers['content-type'] ?? wanted).startsWith(wanted))
    throw new ClerkRefusal(415, 'unsupported_content_type', `Send ${wanted}.`);
}

/** The Frontend API takes forms and nothing else. */
export function formOf(headers: IncomingMessage['headers'], body: string): URLSearchParams {
  assertType(headers, body, FORM);
  return new URLSearchParams(body);
}

/** The Backend API takes JSON and nothing else. */
export function jsonOf(headers: IncomingMessage['headers'], body: string): unknown {
  assertType(headers, body, JSON_TYPE);
  try {
    return JSON.parse(body || '{}');
  } catch {
    throw new ClerkRefusal(400, 'request_body_invalid', 'The body is no JSON.');
  }
}
