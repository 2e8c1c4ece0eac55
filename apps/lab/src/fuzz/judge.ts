import type { Problem } from '@restartix/contracts';
import { inlined, operationsOf, type OpenApiDocument, type Operation, type Schema } from './document';
import { checkOf, type Check } from './json-schema';
import type { LeakFinder } from './leaks';
import { canariesIn, type FuzzRequest } from './request';
import { RequestSchemas } from './request-schemas';
import type { Answer } from './send';
import { parsed } from './text';

const PROBLEM = 'application/problem+json';
const NO_CONTENT = 204;
const JSON_LINES = 'application/x-ndjson';
const PDF = 'application/pdf';
const REQUEST_ID = /^[\w.-]{1,64}$/;

/**
 * Answers from before a route is chosen: to a wrong method, an address or body that cannot be read, long headers.
 * An address with the wrong method may also fit another route's template, whose callers are refused.
 */
const AT_THE_DOOR = [400, 401, 403, 404, 405, 413, 415, 431];
/** Of these, what a documented route may answer without saying so: nobody documents a body it does not take. */
const UNDOCUMENTED = [413, 415, 431];

/**
 * What an answer says; JSON lines stay text, whose every line is JSON, and so does a PDF. Undefined when it is not what
 * its type says.
 */
function bodyOf({ type, text }: Answer): unknown {
  if (type === PDF) return text.startsWith('%PDF-') ? text : undefined;
  if (type !== JSON_LINES) return parsed(text);
  const lines = text.split('\n').filter(Boolean);
  return lines.every((line) => parsed(line) !== undefined) ? text : undefined;
}

/** Judges answers by the document they should fit. */
export class Judge {
  readonly #operations: Map<string, Operation>;
  readonly #answers = new Map<string, Check>();
  readonly #requests: RequestSchemas;
  readonly #problem: Check;

  constructor(
    document: OpenApiDocument,
    private readonly leaks: LeakFinder,
  ) {
    const operations = operationsOf(document);
    this.#operations = new Map(operations.map((operation) => [operation.route, operation]));
    this.#requests = new RequestSchemas(operations);
    const check = (schema: Schema) => checkOf(inlined(document, schema), { formats: true });
    for (const { route, responses } of operations) {
      for (const [status, types] of Object.entries(responses)) {
        for (const [type, schema] of Object.entries(types)) {
          if (schema) this.#answers.set(`${route} ${status} ${type}`, check(schema));
        }
      }
    }
    this.#problem = check({ $ref: '#/components/schemas/Problem' });
  }

  /** Everything wrong with an answer; an absent one is wrong too. */
  faults(request: FuzzRequest, answer: Answer | null): string[] {
    if (!answer?.isWhole) return ['no whole answer'];
    const { status, requestId } = answer;
    if (status === 304 && 'if-none-match' in request.headers) return []; // HTTP's own, without a body
    const route = `${request.method} ${request.route.split(' ')[1] ?? ''}`;
    return [
      ...(status >= 500 ? [`status ${status}`] : []),
      ...(REQUEST_ID.test(requestId) ? [] : ['no x-request-id']),
      ...this.statusFaults(route, answer),
      ...this.bodyFaults(route, answer),
      // A request outside its own schema must not succeed.
      ...(status < 300 ? this.#requests.faults(route, request) : []),
    ];
  }

  private statusFaults(route: string, { status, type }: Answer): string[] {
    const documented = this.#operations.get(route)?.responses;
    if (documented?.[status]) {
      if (status === NO_CONTENT)
        return type === '' ? [] : [`content type "${type}" where there is no content`];
      return type in documented[status] ? [] : [`content type "${type}" is not documented for ${status}`];
    }
    const known = documented ? UNDOCUMENTED : AT_THE_DOOR;
    if (!known.includes(status)) return [`status ${status} is not documented`];
    return type === PROBLEM ? [] : [`content type "${type}" of a problem`];
  }

  private bodyFaults(route: string, answer: Answer): string[] {
    const { status, type, text } = answer;
    if (status === NO_CONTENT) return text === '' ? [] : ['a body where there is no content'];
    const body = bodyOf(answer);
    if (body === undefined) return ['the body is no JSON'];
    const check =
      this.#answers.get(`${route} ${status} ${type}`) ?? (type === PROBLEM ? this.#problem : null);
    const outside = check?.(body);
    return [
      ...(outside ? [`outside its schema: ${outside}`] : []),
      ...(type === PROBLEM ? this.problemFaults(answer, body as Problem) : this.leaks.find(text, null)),
    ];
  }

  private problemFaults({ status, text, requestId }: Answer, { errors = [], ...said }: Problem): string[] {
    // A field is named as the client named it.
    const own = JSON.stringify([said, errors.map(({ reason }) => reason)]);
    return [
      ...(said.status === status ? [] : [`the problem says status ${said.status}`]),
      ...(said.request_id === requestId ? [] : ['the problem names another request']),
      ...(canariesIn(own).length > 0 ? ['the problem repeats a value'] : []),
      ...this.leaks.find(text, own),
    ];
  }
}
