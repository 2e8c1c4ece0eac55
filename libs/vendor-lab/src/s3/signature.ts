import type { IncomingMessage } from 'node:http';
import {
  ALGORITHM,
  instantOf,
  isAllSigned,
  isScopeOf,
  isSignedWith,
  keyAndScope,
  signedByHeader,
  SKEW_MS,
  type AwsCredentials,
  type Signed,
} from '../aws/signature-v4';
import { accessDenied, S3Error } from './s3-error';

const WEEK_S = 7 * 86_400;

/**
 * Checks the AWS Signature Version 4 of a request, given by header or as a presigned URL. Answers what the signature
 * says of the body: its SHA-256, or a word such as UNSIGNED-PAYLOAD. Throws {@link S3Error}.
 */
export function verifySignature(request: IncomingMessage, url: URL, credentials: AwsCredentials): string {
  const signed = url.searchParams.has('X-Amz-Algorithm') ? fromQuery(url) : fromHeader(request);
  if (!isScopeOf(signed, credentials.region, 's3')) {
    throw new S3Error(400, 'AuthorizationHeaderMalformed', `The credential scope ${signed.scope} is wrong`);
  }
  if (signed.accessKeyId !== credentials.accessKeyId) {
    throw new S3Error(403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist.');
  }
  if (!isAllSigned(request, signed)) {
    throw accessDenied('There were headers present in the request which were not signed');
  }
  if (!isSignedWith(request, url, signed, credentials.secretAccessKey)) {
    throw new S3Error(
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided.',
    );
  }
  return signed.payloadHash;
}

function fromHeader(request: IncomingMessage): Signed {
  const payloadHash = request.headers['x-amz-content-sha256'];
  const signed = signedByHeader(request, String(payloadHash));
  if (!signed) throw accessDenied();
  if (Math.abs(Date.now() - instantOf(signed.date)) > SKEW_MS) {
    throw new S3Error(
      403,
      'RequestTimeTooSkewed',
      'The difference between the request time and now is too large.',
    );
  }
  if (typeof payloadHash !== 'string') {
    throw new S3Error(
      400,
      'InvalidRequest',
      'Missing required header for this request: x-amz-content-sha256',
    );
  }
  return signed;
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
