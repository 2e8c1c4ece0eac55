import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Who may call, and the region of the service. */
export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
}

/** What a request says of its signature, in headers or in the query. */
export interface Signed {
  accessKeyId: string;
  scope: string;
  date: string;
  signedHeaders: string[];
  signature: string;
  payloadHash: string;
}

export const ALGORITHM = 'AWS4-HMAC-SHA256';
/** How far the clocks of the two sides may be apart. */
export const SKEW_MS = 15 * 60_000;
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/** What the authorization header says; null when it is none of Signature Version 4. */
export function signedByHeader({ headers }: IncomingMessage, payloadHash: string): Signed | null {
  const [, credential, signedHeaders, signature] = AUTHORIZATION.exec(headers.authorization ?? '') ?? [];
  if (!credential || !signedHeaders || !signature) return null;
  const date = String(headers['x-amz-date'] ?? '');
  return {
    ...keyAndScope(credential),
    date,
    signedHeaders: signedHeaders.split(';'),
    signature,
    payloadHash,
  };
}

/** Access key id and scope of a credential. */
export function keyAndScope(credential: string): { accessKeyId: string; scope: string } {
  const slash = credential.indexOf('/');
  return { accessKeyId: credential.slice(0, slash), scope: credential.slice(slash + 1) };
}

/** 20261121T012637Z as milliseconds; NaN when it is none. */
export const instantOf = (date: string): number =>
  Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

/** Whether the scope is of today's key of a service in a region. */
export const isScopeOf = ({ scope, date }: Signed, region: string, service: string): boolean =>
  scope === `${date.slice(0, 8)}/${region}/${service}/aws4_request`;

/** Whether the host and every x-amz- header are under the signature: none can be added on the way. */
export function isAllSigned(request: IncomingMessage, { signedHeaders }: Signed): boolean {
  const must = Object.keys(request.headers).filter((name) => name === 'host' || name.startsWith('x-amz-'));
  return must.every((name) => signedHeaders.includes(name));
}

/** Whether the signature is the one that the secret makes of this request. */
export function isSignedWith(request: IncomingMessage, url: URL, signed: Signed, secret: string): boolean {
  const expected = signatureOf(request, url, signed, secret);
  return timingSafeEqual(Buffer.from(expected), Buffer.from(signed.signature));
}

function signatureOf(request: IncomingMessage, url: URL, signed: Signed, secret: string): string {
  const canonical = [
    request.method,
    url.pathname,
    canonicalQuery(url),
    ...signed.signedHeaders.map((name) => `${name}:${canonicalValue(request.headers[name])}`),
    '',
    signed.signedHeaders.join(';'),
    signed.payloadHash,
  ].join('\n');
  const hashed = createHash('sha256').update(canonical).digest('hex');
  const toSign = [ALGORITHM, signed.date, signed.scope, hashed].join('\n');
  const key = signed.scope.split('/').reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`));
  return hmac(key, toSign).toString('hex');
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

const canonicalValue = (value: string | string[] | undefined): string =>
  [value ?? []].flat().join(',').trim().replace(/ +/g, ' ');

function canonicalQuery(url: URL): string {
  return [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${uriEncode(name)}=${uriEncode(value)}`)
    .sort()
    .join('&');
}

const uriEncode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
