import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { ERROR_CODES } from '@restartix/contracts';
import { PROBLEM_MEDIA_TYPE } from '@restartix/errors';
import { rateClassOf } from '../routes/rate-class';
import { listRoutes, type Route } from '../routes/route-table';

export interface OpenApiInfo {
  title: string;
  description: string;
  version: string;
}

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

/** Responses with a problem body, by status; see {@link problemResponse}. */
const PROBLEM: Schema = {
  type: 'object',
  description: 'RFC 9457 problem document; `code` is stable, sentences may be improved.',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string', format: 'uri', example: 'urn:restartix:error:validation_error' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(ERROR_CODES) },
    detail: { type: 'string' },
    instance: { type: 'string' },
    request_id: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'reason'],
        properties: { field: { type: 'string' }, reason: { type: 'string' } },
      },
    },
    alternatives: {
      type: 'array',
      description: 'What could be had instead, of a thing that is taken.',
      items: { type: 'object' },
    },
  },
};

/** An error answer for the document. */
export function problemResponse(description: string) {
  return {
    description,
    content: { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}

const EVERY_ROUTE: readonly number[] = [400, 500, 503];
/** Also an authenticated route answers 403: to a valid token of somebody who is not known here. */
const BY_ACCESS = { public: [], authenticated: [401, 403], permission: [401, 403], channel: [401] } as const;

function statusesOf(route: Route, { requestBody, parameters = [], responses }: Operation): number[] {
  const kind = route.access?.kind ?? 'public';
  const named = route.path.includes(':') ? [404] : [];
  const conditional = parameters.some((parameter) => 'name' in parameter && parameter.name === 'If-Match');
  return [
    ...EVERY_ROUTE,
    ...BY_ACCESS[kind],
    ...named,
    ...(conditional ? [412] : []),
    ...(requestBody ? [413, 415] : []),
    ...(creates(route, responses) ? [422] : []),
    ...(rateClassOf(route.handler, route.controller) === 'none' ? [] : [429]),
  ];
}

/** Whether a request of the route makes something: it may then carry an idempotency key. */
const creates = ({ method, access }: Route, responses: Operation['responses']): boolean =>
  method === 'POST' && access?.kind === 'permission' && 201 in responses;

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header' as const,
  required: false,
  description:
    'A key of the client: repeated with it within a day, the request is made once and answered alike.',
  schema: { type: 'string' as const, minLength: 1, maxLength: 255 },
};

function titleOf(status: number): string {
  if (status === 503) return 'A dependency cannot be reached.';
  return Object.values(ERROR_CODES).find((code) => code.status === status)?.title ?? '';
}

/** What stands for an id in an address, where a route says no more than its type: see ParseUuid and ParseId. */
const IDS: Readonly<Record<string, Schema>> = {
  string: { type: 'string', format: 'uuid' },
  number: { type: 'integer', minimum: 1, maximum: 2_147_483_647 },
};

function describeIds({ parameters = [] }: Operation): void {
  for (const parameter of parameters) {
    if ('$ref' in parameter || parameter.in !== 'path' || !parameter.schema) continue;
    const [[key, type] = [], ...more] = Object.entries(parameter.schema);
    const id = key === 'type' && more.length === 0 ? IDS[String(type)] : undefined;
    if (id) parameter.schema = id;
  }
}

/** Adds to one operation what every route of its kind shares: its ids, who may call it and how it can fail. */
function complete(operation: Operation, route: Route): void {
  describeIds(operation);
  if (creates(route, operation.responses))
    operation.parameters = [...(operation.parameters ?? []), IDEMPOTENCY_KEY];
  const responses: Record<string, object | undefined> = { ...operation.responses };
  for (const status of statusesOf(route, operation)) {
    responses[status] ??= problemResponse(titleOf(status));
  }
  const inOrder = Object.entries(responses).sort(([a], [b]) => a.localeCompare(b));
  operation.responses = Object.fromEntries(inOrder) as Operation['responses'];
  if (route.access?.kind !== 'public') operation.security = [{ bearer: [] }];
}

/**
 * The OpenAPI document of an application: what its decorators say, plus the problem answers and the security of
 * every route by its access declaration. Works on a preview application too: no store is touched.
 */
export function createOpenApiDocument(app: INestApplication, info: OpenApiInfo): OpenAPIObject {
  const base = new DocumentBuilder()
    .setTitle(info.title)
    .setDescription(info.description)
    .setVersion(info.version)
    .addBearerAuth()
    .build();
  const document = SwaggerModule.createDocument(app, base);
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: PROBLEM },
  };
  for (const route of listRoutes(app)) {
    const item = document.paths[route.path.replace(/:(\w+)/g, '{$1}')];
    const operation = item?.[route.method.toLowerCase() as 'get'];
    if (operation) complete(operation, route);
  }
  return document;
}
