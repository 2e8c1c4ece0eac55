import { CANARY_SLOT, ENCODED_SLOT } from './strings';

/** A request as it is put on the wire; texts may hold the canary's slot until {@link withCanary}. */
export interface FuzzRequest {
  /** Of the document: "GET /v1/patients/{id}"; the method sent may be another. */
  route: string;
  /** Name of whose token goes with it. */
  caller: string;
  method: string;
  /** Path and query, percent-encoded, or deliberately badly so. */
  target: string;
  headers: Record<string, string>;
  body: string | null;
  /** How the body becomes bytes: latin1 where they are not to be UTF-8. */
  encoding: 'utf8' | 'latin1';
}

/** The request with its own canary in every slot. */
export function withCanary(request: FuzzRequest, canary: string): FuzzRequest {
  const fill = (text: string) => text.replaceAll(CANARY_SLOT, canary);
  return {
    ...request,
    target: request.target.replaceAll(ENCODED_SLOT, canary),
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, fill(value)])),
    body: request.body === null ? null : fill(request.body),
  };
}

/** The nth canary: found by its shape, told apart by its number. */
export const canaryOf = (index: number): string => `zqcnry${index.toString(36)}qz`;

/** Every canary in a text. */
export const canariesIn = (text: string): string[] => [...new Set(text.match(/zqcnry[0-9a-z]+?qz/gi) ?? [])];

const SHOWN_BODY = 4000;
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
const isPlain = (text: string) => /^[\t\n\x20-\x7e]*$/.test(text);

/** The request as a line for a shell; tokens stand as variables named after their caller. */
export function curlLine(base: string, request: FuzzRequest): string {
  const { method, target, headers, body, caller } = request;
  const header = ([name, value]: [string, string]) => {
    const shown = value.length > SHOWN_BODY ? `${value.slice(0, 100)}…(${value.length} characters)` : value;
    return `-H ${quoted(`${name}: ${shown}`)}`;
  };
  const token = caller === 'nobody' || headers.authorization ? [] : [`-H "authorization: Bearer $${caller}"`];
  const parts = ['curl -i --path-as-is -X', method, ...token, ...Object.entries(headers).map(header)];
  return [...parts, ...bodyPart(body, request.encoding), quoted(base + target)].join(' ');
}

function bodyPart(body: string | null, encoding: BufferEncoding): string[] {
  if (body === null) return [];
  if (body.length > SHOWN_BODY)
    return [`--data-binary ${quoted(`${body.slice(0, 200)}…(${body.length} characters)`)}`];
  if (isPlain(body)) return [`--data-binary ${quoted(body)}`];
  return [`--data-binary @<(echo ${Buffer.from(body, encoding).toString('base64')} | base64 -d)`];
}
