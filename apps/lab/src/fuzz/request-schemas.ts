import type { Operation, Parameter, Schema } from './document';
import { checkOf, type Check } from './json-schema';
import type { FuzzRequest } from './request';
import { parsed } from './text';

/** What the document says of the requests of each route. A service may take other spellings of a format. */
export class RequestSchemas {
  readonly #bodies = new Map<string, Check>();
  readonly #queries = new Map<string, Check>();

  constructor(operations: readonly Operation[]) {
    for (const { route, body, parameters } of operations) {
      if (body) this.#bodies.set(route, checkOf(body, { formats: false }));
      const query = querySchema(parameters);
      if (query) this.#queries.set(route, checkOf(query, { formats: false, coerce: true }));
    }
  }

  /** Why a request that was taken should have been refused. */
  faults(route: string, { target, body, encoding }: FuzzRequest): string[] {
    const text = body === null ? undefined : Buffer.from(body, encoding).toString();
    const outside = text === undefined ? null : this.#bodies.get(route)?.(parsed(text));
    const query = Object.fromEntries(new URLSearchParams(target.split('?')[1] ?? ''));
    const strange = this.#queries.get(route)?.(query);
    return [
      ...(outside ? [`took a body outside its schema: ${outside}`] : []),
      ...(strange ? [`took a query outside its schema: ${strange}`] : []),
    ];
  }
}

/** The query as one object; undefined where the route reads none and so passes over any. */
function querySchema(parameters: Parameter[]): Schema | undefined {
  const query = parameters.filter((parameter) => parameter.in === 'query');
  if (query.length === 0) return undefined;
  return {
    type: 'object',
    required: query.filter(({ required }) => required).map(({ name }) => name),
    properties: Object.fromEntries(query.map(({ name, schema }) => [name, schema])),
  };
}
