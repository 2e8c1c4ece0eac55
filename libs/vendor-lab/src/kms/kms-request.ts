import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import {
  instantOf,
  isAllSigned,
  isScopeOf,
  isSignedWith,
  signedByHeader,
  SKEW_MS,
  type AwsCredentials,
} from '../aws/signature-v4';
import { KmsError, validation } from './kms-error';

/** The operations that wrap and open keys; others of KMS are unknown here. */
export const OPERATIONS = [
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'Encrypt',
  'Decrypt',
] as const;
export type KmsOperation = (typeof OPERATIONS)[number];

/** What was authenticated with a ciphertext: it opens with the very same only. */
export type EncryptionContext = Readonly<Record<string, string>>;

/** A request that was signed right and says one operation. */
export interface KmsRequest {
  operation: KmsOperation;
  keyId: string | null;
  context: EncryptionContext;
  body: Readonly<Record<string, unknown>>;
}

const CONTENT_TYPE = 'application/x-amz-json-1.1';
const TARGET = /^TrentService\.(\w+)$/;
const LONGEST_CONTEXT = 8192;

/** Reads a request of AWS JSON 1.1 that is signed with the credentials (Signature Version 4). Throws {@link KmsError}. */
export async function readKmsRequest(
  request: IncomingMessage,
  credentials: AwsCredentials,
): Promise<KmsRequest> {
  const bytes = await buffer(request);
  verify(request, bytes, credentials);
  const [, name] = TARGET.exec(String(request.headers['x-amz-target'])) ?? [];
  const operation = OPERATIONS.find((one) => one === name);
  if (request.method !== 'POST' || request.headers['content-type'] !== CONTENT_TYPE || !operation) {
    throw new KmsError('UnknownOperationException', '');
  }
  const body = objectOf(bytes);
  const { KeyId: keyId = null, EncryptionContext: context = {} } = body;
  return { operation, keyId: keyIdOf(keyId, operation), context: contextOf(context), body };
}

/** Decrypt alone may leave the key to what the ciphertext says. */
function keyIdOf(given: unknown, operation: KmsOperation): string | null {
  if (given === null && operation === 'Decrypt') return null;
  if (typeof given === 'string' && given !== '') return given;
  throw validation("Value at 'keyId' failed to satisfy constraint");
}

function verify(request: IncomingMessage, body: Buffer, credentials: AwsCredentials): void {
  if (!request.headers.authorization) {
    throw new KmsError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const hash = createHash('sha256').update(body).digest('hex');
  const signed = signedByHeader(request, hash);
  if (!signed) throw new KmsError('IncompleteSignatureException', 'The authorization header is not whole');
  if (signed.accessKeyId !== credentials.accessKeyId) {
    throw new KmsError(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    );
  }
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
  const isRight =
    isScopeOf(signed, credentials.region, 'kms') &&
    isAllSigned(request, signed) &&
    Math.abs(Date.now() - instantOf(signed.date)) <= SKEW_MS &&
    isSignedWith(request, url, signed, credentials.secretAccessKey);
  if (!isRight) {
    throw new KmsError(
      'InvalidSignatureException',
      'The request signature does not match the one we calculated.',
    );
  }
}

function objectOf(bytes: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // said below
  }
  throw new KmsError('SerializationException', '');
}

function contextOf(given: unknown): EncryptionContext {
  const isMap = typeof given === 'object' && given !== null && !Array.isArray(given);
  if (!isMap || Object.values(given).some((value) => typeof value !== 'string')) {
    throw new KmsError('SerializationException', '');
  }
  if (JSON.stringify(given).length > LONGEST_CONTEXT) throw validation('EncryptionContext is too long');
  return given as EncryptionContext;
}
