/** A schema of OpenAPI 3.0, as far as our document uses it. */
export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  nullable?: boolean;
  enum?: unknown[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  example?: unknown;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
}

type Content = Record<string, { schema?: Schema }>;

interface RawOperation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: Content };
  responses: Record<string, { content?: Content }>;
  security?: object[];
}

export interface OpenApiDocument {
  paths: Record<string, Record<string, RawOperation>>;
  components?: { schemas?: Record<string, Schema> };
}

/** One route of the document. */
export interface Operation {
  /** Method and template, such as "GET /v1/patients/{id}". */
  route: string;
  method: string;
  path: string;
  parameters: Parameter[];
  /** Schema of the JSON body; undefined when it takes none. */
  body?: Schema;
  /** Status → media type → schema. */
  responses: Record<number, Record<string, Schema | undefined>>;
  /** Whether it answers without a token. */
  isPublic: boolean;
}

/** Every route of the document, with references of bodies and parameters followed. */
export function operationsOf(document: OpenApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, raw]) => {
      const body = raw.requestBody?.content['application/json']?.schema;
      return {
        route: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        parameters: (raw.parameters ?? []).map(({ schema, ...parameter }) => ({
          ...parameter,
          schema: inlined(document, schema),
        })),
        ...(body ? { body: inlined(document, body) } : {}),
        responses: responsesOf(raw),
        isPublic: !raw.security,
      };
    }),
  );
}

function responsesOf({ responses }: RawOperation): Operation['responses'] {
  return Object.fromEntries(
    Object.entries(responses).map(([status, { content = {} }]) => [
      Number(status),
      Object.fromEntries(Object.entries(content).map(([type, { schema }]) => [type, schema])),
    ]),
  );
}

/** The schema with every reference replaced by what it names. Throws for a reference to nothing. */
export function inlined(document: OpenApiDocument, schema: Schema): Schema {
  if (!schema.$ref) return eachPart(schema, (part) => inlined(document, part));
  const name = schema.$ref.split('/').at(-1) ?? '';
  const named = document.components?.schemas?.[name];
  if (!named) throw new Error(`The document has no schema ${schema.$ref}`);
  return inlined(document, named);
}

/** The same schema with every schema inside it exchanged. */
function eachPart(schema: Schema, exchange: (part: Schema) => Schema): Schema {
  const result = { ...schema };
  for (const key of ['allOf', 'oneOf', 'anyOf'] as const) {
    const parts = schema[key];
    if (parts) result[key] = parts.map(exchange);
  }
  if (schema.items) result.items = exchange(schema.items);
  if (schema.properties) {
    const properties = Object.entries(schema.properties);
    result.properties = Object.fromEntries(properties.map(([name, part]) => [name, exchange(part)]));
  }
  const more = schema.additionalProperties;
  if (typeof more === 'object') result.additionalProperties = exchange(more);
  return result;
}

/** Fetches the document of a running service. */
export async function fetchDocument(service: string): Promise<OpenApiDocument> {
  const answer = await fetch(`${service}/docs-json`);
  if (!answer.ok) throw new Error(`${service}/docs-json answered ${answer.status}`);
  return (await answer.json()) as OpenApiDocument;
}
