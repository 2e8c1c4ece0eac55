import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { accessDenied, S3Error } from './s3-error';

/** Who may call, and the region the bucket is in. */
export interface S3Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
}

/** What a request says of its signature, in headers or in the query. */
interface Signed {
  accessKeyId: string;
  scope: string;
  date: string;
  signedHeaders: string[];
  signature: string;
  payloadHash: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const SKEW_MS = 15 * 60_000;
const WEEK_S = 7 * 86_400;
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/**
 * Checks the AWS Signature Version 4 of a request, given by header or as a presigned URL. Answers what the signature
 * says of the body: its SHA-256, or a word such as UNSIGNED-PAYLOAD. Throws {@link S3Error}.
 */
export function verifySignature(request: IncomingMessage, url: URL, credentials: S3Credentials): string {
  const signed = url.searchParams.has('X-Amz-Algorithm') ? fromQuery(url) : fromHeader(request);
  const day = signed.date.slice(0, 8);
  if (signed.scope !== `${day}/${credentials.region}/s3/aws4_request`) {
    throw new S3Error(400, 'AuthorizationHeaderMalformed', `The credential scope ${signed.scope} is wrong`);
  }
  if (signed.accessKeyId !== credentials.accessKeyId) {
    throw new S3Error(403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist.');
  }
  assertAllSigned(request, signed.signedHeaders);
  const expected = signatureOf(request, url, signed, credentials.secretAccessKey);
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(signed.signature))) {
    throw new S3Error(
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided.',
    );
  }
  return signed.payloadHash;
}

function fromHeader({ headers }: IncomingMessage): Signed {
  const [, credential, signedHeaders, signature] = AUTHORIZATION.exec(headers.authorization ?? '') ?? [];
  if (!credential || !signedHeaders || !signature) throw accessDenied();
  const date = String(headers['x-amz-date'] ?? '');
  if (Math.abs(Date.now() - instantOf(date)) > SKEW_MS) {
    throw new S3Error(
      403,
      'RequestTimeTooSkewed',
      'The difference between the request time and now is too large.',
    );
  }
  const payloadHash = headers['x-amz-content-sha256'];
  if (typeof payloadHash !== 'string') {
    throw new S3Error(
      400,
      'InvalidRequest',
      'Missing required header for this request: x-amz-content-sha256',
    );
  }
  return {
    ...keyAndScope(credential),
    date,
    signedHeaders: signedHeaders.split(';'),
    signature,
    payloadHash,
  };
}

function fromQuery({ searchParams }: URL): Signed {
  const ask = (name: string) => searchParams.get(`X-Amz-${name}`) ?? '';
  const [date, seconds, signature] = [ask('Date'), Number(ask('Expires')), ask('Signature')];
  if (
    ask('Algorithm') !== ALGORITHM ||
    !(seconds >= 1 && seconds <= WEEK_S) ||
    !/^[0-9a-f]{64}$/.test(signature)
  ) {
    throw new S3Error(
      400,
      'AuthorizationQueryParametersError',
      'The query parameters of the signature are wrong',
    );
  }
  const from = instantOf(date);
  if (!(from - SKEW_MS <= Date.now())) throw accessDenied('Request is not yet valid');
  if (Date.now() > from + seconds * 1000) throw accessDenied('Request has expired');
  return {
    ...keyAndScope(ask('Credential')),
    date,
    signedHeaders: ask('SignedHeaders').split(';'),
    signature,
    payloadHash: searchParams.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD',
  };
}

function keyAndScope(credential: string): { accessKeyId: string; scope: string } {
  const slash = credential.indexOf('/');
  return { accessKeyId: credential.slice(0, slash), scope: credential.slice(slash + 1) };
}

/** 20261121T012637Z as milliseconds; NaN when it is none. */
const instantOf = (date: string): number =>
  Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

/** The host and every x-amz- header of the request are under the signature: none can be added on the way. */
function assertAllSigned(request: IncomingMessage, signedHeaders: readonly string[]): void {
  const must = Object.keys(request.headers).filter((name) => name === 'host' || name.startsWith('x-amz-'));
  if (must.every((name) => signedHeaders.includes(name))) return;
  throw accessDenied('There were headers present in the request which were not signed');
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
