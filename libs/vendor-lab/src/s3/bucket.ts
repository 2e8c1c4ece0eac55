import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { accessDenied, escapeXml, notImplemented, S3Error, XML } from './s3-error';

/** What the policy of a bucket asks of its callers. */
export interface S3BucketPolicy {
  /** A PUT without these very headers of server-side encryption is denied. */
  encryption?: { algorithm: 'AES256' | 'aws:kms'; kmsKeyId?: string };
  /** Nothing is ever deleted, and a PUT must ask that it replaces nothing (If-None-Match: *). */
  writeOnce?: boolean;
}

export interface StoredObject {
  body: Buffer;
  etag: string;
  contentType: string;
  modified: Date;
  encryption: Record<string, string>;
}

const SSE = 'x-amz-server-side-encryption';
const SSE_KEY = 'x-amz-server-side-encryption-aws-kms-key-id';
const PAGE = 1000;

/** One bucket: objects by key, and the policy they are kept under. */
export class Bucket {
  readonly objects = new Map<string, StoredObject>();

  constructor(
    readonly name: string,
    private readonly policy: S3BucketPolicy,
  ) {}

  /** PutObject. Throws {@link S3Error}: AccessDenied, PreconditionFailed. */
  put(key: string, body: Buffer, headers: IncomingHttpHeaders): StoredObject {
    const condition = headers['if-none-match'];
    if (headers['if-match'] !== undefined || (condition !== undefined && condition !== '*')) {
      throw notImplemented('A condition other than If-None-Match: *');
    }
    const encryption = this.encryptionOf(headers);
    if (this.policy.writeOnce && condition !== '*') throw accessDenied();
    if (condition === '*' && this.objects.has(key)) {
      throw new S3Error(
        412,
        'PreconditionFailed',
        'At least one of the pre-conditions you specified did not hold',
      );
    }
    const stored: StoredObject = {
      body,
      etag: `"${createHash('md5').update(body).digest('hex')}"`,
      contentType: headers['content-type'] ?? 'binary/octet-stream',
      modified: new Date(),
      encryption,
    };
    this.objects.set(key, stored);
    return stored;
  }

  get(key: string): StoredObject {
    const found = this.objects.get(key);
    if (!found) throw new S3Error(404, 'NoSuchKey', 'The specified key does not exist.');
    return found;
  }

  delete(key: string): void {
    if (this.policy.writeOnce) throw accessDenied();
    this.objects.delete(key);
  }

  /** ListObjectsV2: a page of keys in the order of their bytes. */
  list(query: URLSearchParams): string {
    if (query.get('delimiter')) throw notImplemented('A delimiter');
    const prefix = query.get('prefix') ?? '';
    const token = query.get('continuation-token');
    const after = token ? Buffer.from(token, 'base64url').toString() : (query.get('start-after') ?? '');
    const limit = Math.min(Number(query.get('max-keys') ?? PAGE), PAGE);
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
    const page = keys.slice(0, limit);
    const more = keys.length > page.length;
    const next = more ? Buffer.from(page.at(-1) ?? '').toString('base64url') : '';
    return [
      `${XML}<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${this.name}</Name>`,
      `<Prefix>${escapeXml(prefix)}</Prefix><KeyCount>${page.length}</KeyCount><MaxKeys>${limit}</MaxKeys>`,
      `<IsTruncated>${more}</IsTruncated>`,
      ...(more ? [`<NextContinuationToken>${next}</NextContinuationToken>`] : []),
      ...page.map((key) => this.entry(key)),
      '</ListBucketResult>',
    ].join('');
  }

  private entry(key: string): string {
    const { body, etag, modified } = this.get(key);
    return (
      `<Contents><Key>${escapeXml(key)}</Key><LastModified>${modified.toISOString()}</LastModified>` +
      `<ETag>${escapeXml(etag)}</ETag><Size>${body.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`
    );
  }

  private encryptionOf(headers: IncomingHttpHeaders): Record<string, string> {
    const [algorithm, key] = [headers[SSE], headers[SSE_KEY]] as (string | undefined)[];
    const { encryption } = this.policy;
    const asked = encryption && algorithm === encryption.algorithm;
    if (encryption && (!asked || (encryption.kmsKeyId && key !== encryption.kmsKeyId))) throw accessDenied();
    return { [SSE]: algorithm ?? 'AES256', ...(key ? { [SSE_KEY]: key } : {}) };
  }
}
