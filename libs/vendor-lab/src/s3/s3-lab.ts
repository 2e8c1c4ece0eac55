import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { closeServer, listenOnLoopback } from '../loopback';
import { readBody } from './body';
import { Bucket, type S3BucketPolicy, type StoredObject } from './bucket';
import { notImplemented, S3Error } from './s3-error';
import type { AwsCredentials } from '../aws/signature-v4';
import { verifySignature } from './signature';

export interface S3LabOptions extends AwsCredentials {
  /** Buckets that exist, with their policies. */
  buckets: Record<string, S3BucketPolicy>;
}

/**
 * What goes wrong with the next request: the service is busy (503 SlowDown), or it did what was asked and the answer
 * was lost on the way.
 */
export type S3Fault = 'slow-down' | 'answer-lost';

/**
 * Stands in for Amazon S3 (path-style addresses, objects in memory): `@aws-sdk/client-s3` speaks to it unchanged.
 * Signatures, checksums, encryption headers and conditions are checked as S3 does.
 */
export class S3Lab {
  readonly faults: S3Fault[] = [];
  readonly #buckets: Map<string, Bucket>;
  readonly #server: Server;

  constructor(private readonly options: S3LabOptions) {
    const buckets = Object.entries(options.buckets);
    this.#buckets = new Map(buckets.map(([name, policy]) => [name, new Bucket(name, policy)]));
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** Listens on loopback; answers the endpoint's URL. */
  start(port = 0): Promise<string> {
    return listenOnLoopback(this.#server, port);
  }

  stop(): Promise<void> {
    return closeServer(this.#server);
  }

  /** What a bucket holds, by key. */
  objects(bucket: string): ReadonlyMap<string, StoredObject> {
    return this.#bucket(bucket).objects;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('x-amz-request-id', '0000000000000000');
    try {
      const fault = this.faults.shift();
      if (fault === 'slow-down') throw new S3Error(503, 'SlowDown', 'Please reduce your request rate.');
      await this.#answer(request, response);
      if (fault === 'answer-lost') request.socket.destroy();
      else response.end();
    } catch (error) {
      const known = error instanceof S3Error ? error : new S3Error(500, 'InternalError', String(error));
      request.resume();
      response.writeHead(known.status, { 'content-type': 'application/xml' });
      response.end(request.method === 'HEAD' ? undefined : known.xml);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    const payloadHash = verifySignature(request, url, this.options);
    const [, name = '', ...rest] = url.pathname.split('/');
    const bucket = this.#bucket(name);
    const key = decodeURIComponent(rest.join('/'));
    if (!key) return this.#list(request, response, bucket, url);
    if (['uploads', 'uploadId', 'acl', 'tagging', 'versionId'].some((word) => url.searchParams.has(word))) {
      throw notImplemented('This operation on an object');
    }
    switch (request.method) {
      case 'PUT': {
        const { etag, encryption } = bucket.put(key, await readBody(request, payloadHash), request.headers);
        response.writeHead(200, { etag, ...encryption });
        return;
      }
      case 'GET':
      case 'HEAD':
        return this.#show(request, response, bucket.get(key));
      case 'DELETE':
        bucket.delete(key);
        response.writeHead(204);
        return;
      default:
        throw notImplemented(`${request.method} of an object`);
    }
  }

  #list(request: IncomingMessage, response: ServerResponse, bucket: Bucket, url: URL): void {
    if (request.method !== 'GET' || url.searchParams.get('list-type') !== '2') {
      throw notImplemented('This operation on a bucket');
    }
    response.writeHead(200, { 'content-type': 'application/xml' });
    response.write(bucket.list(url.searchParams));
  }

  #show(request: IncomingMessage, response: ServerResponse, object: StoredObject): void {
    response.writeHead(200, {
      'content-length': object.body.length,
      'content-type': object.contentType,
      etag: object.etag,
      'last-modified': object.modified.toUTCString(),
      ...object.encryption,
    });
    if (request.method === 'GET') response.write(object.body);
  }

  #bucket(name: string): Bucket {
    const found = this.#buckets.get(name);
    if (!found) throw new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist');
    return found;
  }
}
