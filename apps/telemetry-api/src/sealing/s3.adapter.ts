import type * as Sdk from '@aws-sdk/client-s3';
import { checkpointLine, eventLines, leafLines, padded } from './copy-lines';
import { CopyStore, type CopiedLeaf, type CopyPosition } from './copy-store.port';

export interface S3CopyOptions {
  bucket: string;
  region: string;
  /** Another store than AWS, with path-style addresses. */
  endpoint?: string;
  /** The role of the machine without. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
  /** SSE-KMS with this key; SSE-S3 without. */
  kmsKeyId?: string;
}

type Kind = 'leaves' | 'checkpoints';

const TIMEOUTS = { connectionTimeout: 3_000, requestTimeout: 10_000 };
const PRECONDITION_FAILED = 412;

/**
 * The copy as objects that are written once: <organization>/events-<first>-<end>.ndjson, leaves-<first>-<end>.ndjson,
 * checkpoints-<size>.ndjson, with the lines of the copy in files. A segment goes from place <first> to before <end>;
 * nothing is ever replaced (If-None-Match), so what a lost answer makes us write again must be the very same.
 */
export class S3CopyStore extends CopyStore {
  readonly name = 'bucketCopy';
  /** How far each log's objects are known to go: they only grow. */
  private readonly ends = new Map<string, number>();

  private constructor(
    private readonly options: S3CopyOptions,
    private readonly sdk: typeof Sdk,
    private readonly client: Sdk.S3Client,
  ) {
    super();
  }

  /** Loads the SDK, which takes half a second that a start without a bucket is spared, and connects on demand. */
  static async open(options: S3CopyOptions): Promise<S3CopyStore> {
    const sdk = await import('@aws-sdk/client-s3');
    const { region, endpoint, credentials } = options;
    const place = endpoint ? { endpoint, forcePathStyle: true } : {};
    const client = new sdk.S3Client({ region, credentials, ...place, requestHandler: TIMEOUTS });
    return new S3CopyStore(options, sdk, client);
  }

  async position(organizationId: number): Promise<CopyPosition> {
    const [leaves, afterCheckpoint] = [
      await this.end(organizationId, 'leaves'),
      await this.end(organizationId, 'checkpoints'),
    ];
    return { leaves, checkpoint: Math.max(afterCheckpoint - 1, 0) };
  }

  /** Events first: a leaf that is there has its event there. */
  async addLeaves(organizationId: number, leaves: readonly CopiedLeaf[]): Promise<void> {
    const [first, last] = [leaves.at(0), leaves.at(-1)];
    if (!first || !last) return;
    const segment = `${padded(first.leaf_index)}-${padded(last.leaf_index + 1)}.ndjson`;
    const events = eventLines(leaves);
    // An earlier attempt may have known more events than are still sound: what is there stays.
    if (events.length > 0) await this.put(`${organizationId}/events-${segment}`, events);
    await this.putExactly(`${organizationId}/leaves-${segment}`, leafLines(leaves));
    this.ends.set(`${organizationId}/leaves-`, last.leaf_index + 1);
  }

  async addCheckpoint(organizationId: number, size: number, note: string): Promise<void> {
    await this.putExactly(`${organizationId}/checkpoints-${padded(size)}.ndjson`, [
      checkpointLine(size, note),
    ]);
  }

  override close(): void {
    this.client.destroy();
  }

  /**
   * The place after the last one in any object of a kind. Searched from what is known in growing, then shrinking
   * strides, because a list can only begin at a name and a log has very many objects.
   */
  private async end(organizationId: number, kind: Kind): Promise<number> {
    const prefix = `${organizationId}/${kind}-`;
    let end = this.ends.get(prefix) ?? 0;
    let growing = true;
    for (let stride = 1; stride >= 1;) {
      const found = await this.endOfFirst(prefix, end + stride - 1);
      growing &&= found !== null;
      end = found ?? end;
      stride = growing ? stride * 2 : Math.floor(stride / 2);
    }
    this.ends.set(prefix, end);
    return end;
  }

  /** The end of the first object that begins at a place or after it; null when there is none. */
  private async endOfFirst(prefix: string, place: number): Promise<number | null> {
    const { Contents: [object] = [] } = await this.client.send(
      new this.sdk.ListObjectsV2Command({
        Bucket: this.options.bucket,
        Prefix: prefix,
        StartAfter: `${prefix}${padded(place)}`,
        MaxKeys: 1,
      }),
    );
    if (!object?.Key) return null;
    const [first, end] = object.Key.slice(prefix.length).match(/\d+/g) ?? [];
    return end === undefined ? Number(first) + 1 : Number(end);
  }

  private async putExactly(key: string, lines: readonly string[]): Promise<void> {
    if (await this.put(key, lines)) return;
    const { Body } = await this.client.send(
      new this.sdk.GetObjectCommand({ Bucket: this.options.bucket, Key: key }),
    );
    if ((await Body?.transformToString()) !== textOf(lines)) {
      throw new Error(`The copy holds something else as ${key}`);
    }
  }

  /** Writes an object; false when there is one of this name. */
  private async put(key: string, lines: readonly string[]): Promise<boolean> {
    const { bucket, kmsKeyId } = this.options;
    try {
      await this.client.send(
        new this.sdk.PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: textOf(lines),
          ContentType: 'application/x-ndjson',
          IfNoneMatch: '*',
          ChecksumAlgorithm: 'SHA256',
          ServerSideEncryption: kmsKeyId ? 'aws:kms' : 'AES256',
          SSEKMSKeyId: kmsKeyId,
        }),
      );
      return true;
    } catch (error) {
      const isThere =
        error instanceof this.sdk.S3ServiceException &&
        error.$metadata.httpStatusCode === PRECONDITION_FAILED;
      if (isThere) return false;
      throw error;
    }
  }
}

const textOf = (lines: readonly string[]): string => `${lines.join('\n')}\n`;
