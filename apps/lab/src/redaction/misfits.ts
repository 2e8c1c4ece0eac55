import type { Operation } from '../fuzz/document';
import { markedValue } from './marked-body';
import type { Marks } from './marks';

/** What differs from the route's own address and a body that fits. */
export interface Asked {
  target?: string;
  headers?: Record<string, string>;
  body?: unknown;
}

/** Marked requests that a route has to refuse, or at least to answer without a word of them. */
export function misfits({ body, path, parameters }: Operation, marks: Marks): Asked[] {
  const given = (body ? markedValue(body, marks) : {}) as Record<string, unknown>;
  const bodies = body
    ? [
        ...Object.keys(given).map((field) => ({ ...given, [field]: { [field]: [marks.text()] } })),
        { ...given, unknown: marks.email() },
        marks.text(),
      ]
    : [];
  const pair = (name: string, value: string) => ({ target: `${path}?${name}=${encodeURIComponent(value)}` });
  const json = { 'content-type': 'application/json' };
  return [
    ...bodies.map((wrong) => ({ body: wrong })),
    ...parameters
      .filter((parameter) => parameter.in === 'query')
      .map(({ name }) => pair(name, marks.email())),
    pair('unknown', marks.phone()),
    { target: path.replace(/\{\w+\}/, encodeURIComponent(marks.email())) },
    {
      headers: { ...json, 'x-request-id': marks.email(), 'if-match': marks.text(12), cookie: marks.email() },
    },
    { headers: { ...json, 'if-match': '"999"' } },
    { headers: { ...json, authorization: `Bearer ${marks.text(10)}` } },
  ];
}
