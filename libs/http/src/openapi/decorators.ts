import { applyDecorators, Header, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOperation, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { CursorMeta, ERROR_CODES, PageMeta, type ErrorCode } from '@restartix/contracts';
import { problemResponse } from './document';

type RouteDecorator = MethodDecorator & ClassDecorator;

interface DataOptions {
  /** 200 when absent. */
  status?: number;
  description?: string;
}

const ref = (model: Type<unknown>) => ({ $ref: getSchemaPath(model) });

function answer(
  models: Type<unknown>[],
  properties: Record<string, object>,
  options: DataOptions,
): RouteDecorator {
  return applyDecorators(
    ApiExtraModels(...models),
    ApiResponse({
      status: options.status ?? 200,
      description: options.description ?? '',
      schema: { type: 'object', required: Object.keys(properties), properties },
    }),
  );
}

/** The answer is `{ data: Model }`. */
export function ApiData(model: Type<unknown>, options: DataOptions = {}): RouteDecorator {
  return answer([model], { data: ref(model) }, options);
}

/** The answer is `{ data: Model[] }`, without paging. */
export function ApiDataArray(model: Type<unknown>, options: DataOptions = {}): RouteDecorator {
  return answer([model], { data: { type: 'array', items: ref(model) } }, options);
}

/** The answer is `{ data: Model[], meta: PageMeta }`. */
export function ApiList(model: Type<unknown>, options: DataOptions = {}): RouteDecorator {
  return answer(
    [model, PageMeta],
    { data: { type: 'array', items: ref(model) }, meta: ref(PageMeta) },
    options,
  );
}

/** The answer is `{ data: Model[], meta: CursorMeta }`. */
export function ApiCursorList(model: Type<unknown>, options: DataOptions = {}): RouteDecorator {
  return answer(
    [model, CursorMeta],
    { data: { type: 'array', items: ref(model) }, meta: ref(CursorMeta) },
    options,
  );
}

/** Problems of this route beside those every route of its kind has. */
export function ApiProblems(...codes: ErrorCode[]): RouteDecorator {
  const titles = new Map<number, string[]>();
  for (const code of codes) {
    const { status, title } = ERROR_CODES[code];
    titles.set(status, [...(titles.get(status) ?? []), `${code}: ${title}`]);
  }
  return applyDecorators(
    ...[...titles].map(([status, lines]) => ApiResponse({ status, ...problemResponse(lines.join(' ')) })),
  );
}

/**
 * Marks a route as on its way out: `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and a link to what replaces it, on
 * every answer of the handler, and `deprecated` in the document.
 */
export function Deprecated(o: { since: Date; sunset: Date; successor: string }): MethodDecorator {
  return applyDecorators(
    ApiOperation({ deprecated: true }),
    Header('Deprecation', `@${Math.floor(o.since.getTime() / 1000)}`),
    Header('Sunset', o.sunset.toUTCString()),
    Header('Link', `<${o.successor}>; rel="successor-version"`),
  );
}
