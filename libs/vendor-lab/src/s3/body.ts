import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { notImplemented, S3Error } from './s3-error';

/** The largest object of a single PUT. */
const MOST_BYTES = 5 * 1024 ** 3;

const CHECKSUMS: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  'content-md5': (body) => createHash('md5').update(body).digest(),
  'x-amz-checksum-sha1': (body) => createHash('sha1').update(body).digest(),
  'x-amz-checksum-sha256': (body) => createHash('sha256').update(body).digest(),
  'x-amz-checksum-crc32': (body) => {
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return sum;
  },
};

/** The body of a request, as its signature and its checksums say. Throws {@link S3Error}. */
export async function readBody(request: IncomingMessage, payloadHash: string): Promise<Buffer> {
  if (payloadHash.startsWith('STREAMING-')) throw notImplemented('A body in signed chunks (aws-chunked)');
  const length = request.headers['content-length'];
  if (length === undefined) {
    throw new S3Error(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  if (Number(length) > MOST_BYTES)
    throw new S3Error(400, 'EntityTooLarge', 'The proposed upload is too large.');
  const body = await buffer(request);
  const hash = createHash('sha256').update(body).digest('hex');
  if (payloadHash !== 'UNSIGNED-PAYLOAD' && payloadHash !== hash) {
    throw new S3Error(
      400,
      'XAmzContentSHA256Mismatch',
      'The provided x-amz-content-sha256 does not match the body.',
    );
  }
  for (const [name, sum] of Object.entries(CHECKSUMS)) {
    const given = request.headers[name];
    if (given !== undefined && given !== sum(body).toString('base64')) {
      throw new S3Error(400, 'BadDigest', `The ${name} you specified did not match what we received.`);
    }
  }
  return body;
}
