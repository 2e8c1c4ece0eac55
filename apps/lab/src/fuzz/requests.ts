import fc from 'fast-check';
import { bodyFor, rawBody } from './bodies';
import type { Operation, Parameter } from './document';
import { KnownValues } from './known-values';
import { ODD_HEADERS } from './odd-headers';
import type { FuzzRequest } from './request';
import { nastyText, percentEncoded } from './strings';
import { brokenValue, mixed, validValue } from './values';

/** How wild the requests are. */
export interface Wildness {
  /** Of a hundred requests, how many are sent with something wrong in address, headers or method. */
  oddPercent: number;
  /** Of a hundred bodies and parameters, how many do not fit their schema. */
  brokenPercent: number;
  /** Whether what is to be stored may hold real values of anybody, as addresses and searches do. */
  borrowsWords: boolean;
}

/** Requests as their schema wants them; whether they are allowed is another matter. */
export const TAME: Wildness = { oddPercent: 0, brokenPercent: 0, borrowsWords: true };

/** So many of a hundred, else the constant; shrinks to the constant. */
const sometimes = <T, U>(percent: number, arbitrary: fc.Arbitrary<T>, otherwise: U): fc.Arbitrary<T | U> =>
  mixed(percent, arbitrary, fc.constant(otherwise));

const asText = (value: unknown): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);

const BROKEN_QUERY = [
  '%',
  '%zz',
  'sort=%E0%A4%A',
  'x=%00',
  'sort=%ed%a0%80',
  '&&=&',
  'page=1&page=2',
  '__proto__=1',
  '__proto__[a]=1',
  'a[]=1',
  '%00=1',
  '=',
  'page',
  'page=+1',
  'page=%2B1',
];

/** The value of a parameter in a path or query: fits, or is anything. */
function parameterText(
  { name, schema }: Parameter,
  known: KnownValues,
  { brokenPercent }: Wildness,
): fc.Arbitrary<string> {
  const text = mixed(brokenPercent, fc.oneof(nastyText, brokenValue), validValue(schema, name, known));
  return text.map((value) => percentEncoded(asText(value)));
}

function pathFor({ path, parameters }: Operation, known: KnownValues, wild: Wildness): fc.Arbitrary<string> {
  const named = parameters.filter((parameter) => parameter.in === 'path');
  const text = (parameter: Parameter) => {
    const anything = parameterText(parameter, known, wild);
    const place = `{${parameter.name}}`;
    const listed = known.at(path.slice(0, path.indexOf(place) + place.length)).map(String);
    return listed.length > 0 ? mixed(60, fc.constantFrom(...listed), anything) : anything;
  };
  return fc
    .tuple(...named.map(text))
    .map((values) =>
      named.reduce((address, { name }, index) => address.replace(`{${name}}`, values[index] || '0'), path),
    );
}

function queryFor({ parameters }: Operation, known: KnownValues, wild: Wildness): fc.Arbitrary<string> {
  const named = parameters.filter((parameter) => parameter.in === 'query');
  const pair = (parameter: Parameter) =>
    sometimes(
      parameter.required ? 100 - Math.ceil(wild.brokenPercent / 4) : 25,
      parameterText(parameter, known, wild).map((value) => `${percentEncoded(parameter.name)}=${value}`),
      '',
    );
  return fc.tuple(...named.map(pair)).map((pairs) => pairs.filter(Boolean).join('&'));
}

/** Something added to a query that no route knows, or that is no query. */
const queryOddity: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...BROKEN_QUERY),
  fc
    .tuple(nastyText, nastyText)
    .map(([name, value]) => `${percentEncoded(name).slice(0, 4000)}=${percentEncoded(value).slice(0, 4000)}`),
);

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'TRACE'];

interface Oddities {
  query: string;
  headers: (readonly [string, string])[];
  method: string | null;
}

function oddities({ oddPercent }: Wildness): fc.Arbitrary<Oddities> {
  const none: Oddities = { query: '', headers: [], method: null };
  const some = fc.record({
    query: sometimes(40, queryOddity, ''),
    headers: fc.array(fc.constantFrom(...ODD_HEADERS), { maxLength: 2 }),
    method: sometimes(10, fc.constantFrom(...METHODS), null),
  });
  return sometimes(oddPercent, some, none);
}

function headersFor({ parameters }: Operation, known: KnownValues): fc.Arbitrary<Record<string, string>> {
  const named = parameters.filter((parameter) => parameter.in === 'header');
  if (named.length === 0) return fc.constant({});
  const real = named.flatMap(({ name }) =>
    known
      .for(name.toLowerCase(), { type: 'string' })
      .map((value) => [name.toLowerCase(), String(value)] as const),
  );
  const pairs = real.length > 0 ? fc.array(fc.constantFrom(...real), { maxLength: 1 }) : fc.constant([]);
  return pairs.map((list) => Object.fromEntries(list));
}

const NOTHING = new KnownValues();

/** Whether its body is a question, as of a search: nothing of it is stored. */
const asks = ({ route }: Operation): boolean => /^POST \/.*\/(search|check)$/.test(route);

/** Requests of one route by these callers. */
export function requestsOf(
  operation: Operation,
  callers: readonly string[],
  known: KnownValues,
  wild: Wildness,
): fc.Arbitrary<FuzzRequest> {
  const body = operation.body
    ? bodyFor(operation.body, wild.borrowsWords || asks(operation) ? known : NOTHING, wild.brokenPercent)
    : sometimes(Math.ceil(wild.oddPercent / 4), rawBody, null);
  return fc
    .record({
      caller: fc.constantFrom(...callers),
      path: pathFor(operation, known, wild),
      query: queryFor(operation, known, wild),
      headers: headersFor(operation, known),
      body,
      odd: oddities(wild),
    })
    .map(({ caller, path, query, headers, body: sent, odd }) => {
      const whole = [query, odd.query].filter(Boolean).join('&');
      return {
        route: operation.route,
        caller,
        method: odd.method ?? operation.method,
        target: whole ? `${path}?${whole}` : path,
        headers: {
          ...(sent && { 'content-type': 'application/json' }),
          ...headers,
          ...Object.fromEntries(odd.headers),
        },
        body: sent?.text ?? null,
        encoding: sent?.encoding ?? 'utf8',
      };
    });
}

/** Requests of every route of a document. */
export function requestsFor(
  operations: readonly Operation[],
  callers: readonly string[],
  known: KnownValues,
  wild: Wildness,
): fc.Arbitrary<FuzzRequest> {
  return fc.oneof(...operations.map((operation) => requestsOf(operation, callers, known, wild)));
}
