import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { closeServer, listenOnLoopback } from '../loopback';
import type { AwsCredentials } from '../aws/signature-v4';
import { invalidCiphertext, KmsError, validation } from './kms-error';
import { readKmsRequest, type EncryptionContext, type KmsOperation, type KmsRequest } from './kms-request';

export interface KmsLabOptions extends AwsCredentials {
  /** ARNs of the symmetric keys that exist. */
  keys: readonly string[];
}

/** What the trail of the service (CloudTrail) says of a call; `refused` names the exception. */
export interface KmsCall {
  operation: KmsOperation;
  keyId: string | null;
  context: EncryptionContext;
  refused?: string;
}

/** What goes wrong with the next request: too many at once, or a failure of the service. */
export type KmsFault = 'ThrottlingException' | 'KMSInternalException';

const [KEY_BYTES, NONCE_BYTES, TAG_BYTES] = [32, 12, 16];
const MOST_PLAINTEXT = 4096;
const ALGORITHM = 'SYMMETRIC_DEFAULT';

/**
 * Stands in for AWS KMS with symmetric keys, as its JSON 1.1 protocol: `@aws-sdk/client-kms` speaks to it unchanged.
 * Signatures are checked, a ciphertext opens under its own key and its own encryption context only, and key material
 * never leaves.
 */
export class KmsLab {
  /** Every call that was understood, in order. */
  readonly calls: KmsCall[] = [];
  readonly faults: KmsFault[] = [];
  /** Keys that are disabled for now. */
  readonly disabled = new Set<string>();
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #server: Server;

  constructor(private readonly options: KmsLabOptions) {
    this.#keys = new Map(options.keys.map((arn) => [arn, randomBytes(KEY_BYTES)]));
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** Listens on loopback; answers the endpoint's URL. */
  start(port = 0): Promise<string> {
    return listenOnLoopback(this.#server, port);
  }

  stop(): Promise<void> {
    return closeServer(this.#server);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.setHeader('x-amzn-requestid', '00000000-0000-0000-0000-000000000000');
    try {
      const asked = await readKmsRequest(request, this.options);
      response.end(JSON.stringify(this.#answer(asked)));
    } catch (error) {
      const known =
        error instanceof KmsError ? error : new KmsError('KMSInternalException', String(error), 500);
      response.writeHead(known.status).end(known.json);
    }
  }

  #answer(asked: KmsRequest): object {
    const { operation, keyId, context } = asked;
    const call: KmsCall = { operation, keyId, context };
    this.calls.push(call);
    try {
      const fault = this.faults.shift();
      if (fault) throw new KmsError(fault, '', fault === 'KMSInternalException' ? 500 : 400);
      return operation === 'Decrypt' ? this.#decrypt(asked) : this.#encrypt(asked);
    } catch (error) {
      if (error instanceof KmsError) call.refused = error.type;
      throw error;
    }
  }

  #encrypt({ operation, keyId, context, body }: KmsRequest): object {
    const arn = this.#usable(keyId as string);
    const plain = operation === 'Encrypt' ? plaintextOf(body) : randomBytes(dataKeyBytes(body));
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#keys.get(arn) as Buffer, nonce).setAAD(
      bytesOf(context),
    );
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
    const name = Buffer.from(arn);
    const blob = Buffer.concat([Buffer.of(name.length), name, nonce, cipher.getAuthTag(), sealed]);
    return {
      CiphertextBlob: blob.toString('base64'),
      KeyId: arn,
      ...(operation === 'GenerateDataKey' ? { Plaintext: plain.toString('base64') } : {}),
      ...(operation === 'Encrypt' ? { EncryptionAlgorithm: ALGORITHM } : {}),
    };
  }

  #decrypt({ keyId, context, body }: KmsRequest): object {
    const blob = base64Of(body, 'CiphertextBlob');
    const nameEnd = 1 + (blob[0] ?? 0);
    const arn = blob.toString('utf8', 1, nameEnd);
    const key = this.#keys.get(arn);
    const [nonceEnd, tagEnd] = [nameEnd + NONCE_BYTES, nameEnd + NONCE_BYTES + TAG_BYTES];
    if (!key || blob.length < tagEnd) throw invalidCiphertext();
    if (keyId !== null && this.#usable(keyId) !== arn) {
      throw new KmsError(
        'IncorrectKeyException',
        'The key ID in the request does not identify a CMK that can perform this operation.',
      );
    }
    this.#usable(arn);
    const decipher = createDecipheriv('aes-256-gcm', key, blob.subarray(nameEnd, nonceEnd))
      .setAAD(bytesOf(context))
      .setAuthTag(blob.subarray(nonceEnd, tagEnd));
    try {
      const plain = Buffer.concat([decipher.update(blob.subarray(tagEnd)), decipher.final()]);
      return { KeyId: arn, Plaintext: plain.toString('base64'), EncryptionAlgorithm: ALGORITHM };
    } catch {
      throw invalidCiphertext();
    }
  }

  /** The ARN of a key that exists and is enabled, by its ARN or its id. */
  #usable(keyId: string): string {
    const arn = [...this.#keys.keys()].find((one) => one === keyId || one.endsWith(`:key/${keyId}`));
    if (!arn) throw new KmsError('NotFoundException', `Key '${keyId}' does not exist`);
    if (this.disabled.has(arn)) throw new KmsError('DisabledException', `${arn} is disabled.`);
    return arn;
  }
}

/** The names in order: a context is a set of pairs. */
const bytesOf = (context: EncryptionContext): Buffer =>
  Buffer.from(JSON.stringify(Object.entries(context).sort(([one], [other]) => (one < other ? -1 : 1))));

function base64Of(body: KmsRequest['body'], name: string): Buffer {
  const given = body[name];
  if (typeof given !== 'string' || given === '') throw validation(`Value null at '${name}'`);
  const bytes = Buffer.from(given, 'base64');
  if (bytes.toString('base64') !== given) throw new KmsError('SerializationException', '');
  return bytes;
}

function plaintextOf(body: KmsRequest['body']): Buffer {
  const plain = base64Of(body, 'Plaintext');
  if (plain.length > MOST_PLAINTEXT) throw validation('Plaintext is longer than 4096 bytes');
  return plain;
}

function dataKeyBytes({ KeySpec: spec, NumberOfBytes: bytes }: KmsRequest['body']): number {
  if ((spec === undefined) === (bytes === undefined)) {
    throw validation('Please specify either number of bytes or key spec.');
  }
  if (spec === 'AES_256') return 32;
  if (spec === 'AES_128') return 16;
  if (Number.isInteger(bytes) && (bytes as number) >= 1 && (bytes as number) <= 1024) return bytes as number;
  throw validation('NumberOfBytes or KeySpec is out of range');
}
