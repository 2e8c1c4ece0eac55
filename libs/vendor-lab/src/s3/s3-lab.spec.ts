import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { S3Lab } from './s3-lab';

const KEY = { accessKeyId: 'AKIALAB', secretAccessKey: 'a secret of the lab', region: 'eu-central-1' };
const KMS = 'arn:aws:kms:eu-central-1:000000000000:key/lab';

describe('the S3 emulator, under the unchanged SDK', () => {
  const lab = new S3Lab({
    ...KEY,
    buckets: {
      plain: {},
      sealed: { encryption: { algorithm: 'aws:kms', kmsKeyId: KMS }, writeOnce: true },
    },
  });
  let endpoint: string;
  let client: S3Client;

  const clientOf = (credentials: Partial<typeof KEY> = {}) => {
    const { region, ...keys } = { ...KEY, ...credentials };
    return new S3Client({ endpoint, region, credentials: keys, forcePathStyle: true, maxAttempts: 1 });
  };
  const put = (more: Partial<PutObjectCommandInput> = {}) =>
    new PutObjectCommand({ Bucket: 'plain', Key: '1/a b+c/ü.txt', Body: 'ten bytes!', ...more });
  const sealed = (more: Partial<PutObjectCommandInput> = {}) =>
    put({
      Bucket: 'sealed',
      IfNoneMatch: '*',
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: KMS,
      ...more,
    });

  beforeAll(async () => {
    endpoint = await lab.start();
    client = clientOf();
  });
  afterAll(async () => {
    client.destroy();
    await lab.stop();
  });

  it('keeps an object byte by byte, lists it and removes it', async () => {
    await client.send(put({ ContentType: 'text/plain' }));
    const got = await client.send(new GetObjectCommand({ Bucket: 'plain', Key: '1/a b+c/ü.txt' }));
    expect(await got.Body?.transformToString()).toBe('ten bytes!');
    expect(got.ContentType).toBe('text/plain');
    const listed = await client.send(new ListObjectsV2Command({ Bucket: 'plain', Prefix: '1/' }));
    expect(listed.Contents?.map(({ Key, Size }) => [Key, Size])).toEqual([['1/a b+c/ü.txt', 10]]);
    await client.send(new DeleteObjectCommand({ Bucket: 'plain', Key: '1/a b+c/ü.txt' }));
    expect([...lab.objects('plain').keys()]).toEqual([]);
    await expect(
      client.send(new GetObjectCommand({ Bucket: 'plain', Key: '1/a b+c/ü.txt' })),
    ).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('lists in pages, from a key on', async () => {
    for (const key of ['2/c', '2/a', '2/b', '3/a']) await client.send(put({ Key: key }));
    const page = (more: object) =>
      client.send(new ListObjectsV2Command({ Bucket: 'plain', Prefix: '2/', MaxKeys: 2, ...more }));
    const first = await page({});
    expect([first.Contents?.map(({ Key }) => Key), first.IsTruncated]).toEqual([['2/a', '2/b'], true]);
    const second = await page({ ContinuationToken: first.NextContinuationToken });
    expect([second.Contents?.map(({ Key }) => Key), second.IsTruncated]).toEqual([['2/c'], false]);
    expect((await page({ StartAfter: '2/b' })).Contents?.map(({ Key }) => Key)).toEqual(['2/c']);
  });

  it.each([
    ['a wrong secret', { secretAccessKey: 'another' }, 'SignatureDoesNotMatch'],
    ['an unknown key', { accessKeyId: 'AKIAOTHER' }, 'InvalidAccessKeyId'],
    ['another region', { region: 'us-east-1' }, 'AuthorizationHeaderMalformed'],
  ])('refuses %s', async (_, credentials, name) => {
    const stranger = clientOf(credentials);
    await expect(stranger.send(put({ Key: 'stranger' }))).rejects.toMatchObject({ name });
    stranger.destroy();
    expect(lab.objects('plain').has('stranger')).toBe(false);
  });

  it('refuses an anonymous request', async () => {
    expect((await fetch(`${endpoint}/plain/2/a`)).status).toBe(403);
  });

  it.each([
    ['no encryption', { ServerSideEncryption: undefined, SSEKMSKeyId: undefined }],
    ['another algorithm', { ServerSideEncryption: 'AES256', SSEKMSKeyId: undefined }],
    ['another key', { SSEKMSKeyId: 'arn:other' }],
    ['no condition', { IfNoneMatch: undefined }],
  ] as const)('denies a PUT with %s where the policy asks for it', async (_, more) => {
    await expect(client.send(sealed({ Key: 'denied', ...more }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    expect(lab.objects('sealed').has('denied')).toBe(false);
  });

  it('writes once: a second PUT is refused and the first stays, and nothing is deleted', async () => {
    await client.send(sealed());
    await expect(client.send(sealed({ Body: 'something else' }))).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    const Key = '1/a b+c/ü.txt';
    await expect(client.send(new DeleteObjectCommand({ Bucket: 'sealed', Key }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    const head = await client.send(new HeadObjectCommand({ Bucket: 'sealed', Key }));
    expect([head.ServerSideEncryption, head.SSEKMSKeyId, head.ContentLength]).toEqual(['aws:kms', KMS, 10]);
  });

  describe('with a presigned URL', () => {
    const SSE = {
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': KMS,
      'if-none-match': '*',
    };
    const presigned = (key: string, expiresIn = 60) =>
      getSignedUrl(client, sealed({ Key: key, Body: undefined }), {
        expiresIn,
        unhoistableHeaders: new Set(Object.keys(SSE)),
        unsignableHeaders: new Set(['x-amz-checksum-crc32', 'x-amz-sdk-checksum-algorithm']),
      });
    const send = async (url: string, headers: Record<string, string> = SSE) =>
      (await fetch(url, { method: 'PUT', body: 'uploaded', headers })).status;

    it('takes an upload that keeps to it', async () => {
      const url = new URL(await presigned('upload'));
      expect([await send(url.href), lab.objects('sealed').get('upload')?.body.toString()]).toEqual([
        200,
        'uploaded',
      ]);
    });

    it('refuses another key, a dropped or added header, a changed signature', async () => {
      const url = await presigned('other');
      expect(await send(url.replace('/other?', '/another?'))).toBe(403);
      expect(await send(url, { 'if-none-match': '*' })).toBe(403);
      expect(await send(url, { ...SSE, 'x-amz-acl': 'public-read' })).toBe(403);
      expect(await send(url.replace(/Signature=../, 'Signature=00'))).toBe(403);
      expect([...lab.objects('sealed').keys()].filter((key) => key.includes('other'))).toEqual([]);
    });

    it('refuses it past its term, and a term of more than a week', async () => {
      const url = new URL(await presigned('late', 1));
      await new Promise((resolve) => setTimeout(resolve, 1100));
      expect(await send(url.href)).toBe(403);
      url.searchParams.set('X-Amz-Expires', '604801');
      expect(await send(url.href)).toBe(400);
    });
  });

  it('refuses a body that is not the one that was signed', async () => {
    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket: 'plain', Key: '2/a' }));
    expect((await fetch(url)).status).toBe(200);
    const tampering = clientOf();
    tampering.middlewareStack.add(
      (next) => (args) => {
        (args.request as { body: string }).body = 'TEN BYTES!';
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    await expect(tampering.send(put({ Key: 'swapped' }))).rejects.toMatchObject({
      name: expect.stringMatching('XAmzContentSHA256Mismatch|BadDigest') as string,
    });
    tampering.destroy();
  });

  it('can be busy, and can lose an answer after the work is done', async () => {
    lab.faults.push('slow-down');
    await expect(client.send(put({ Key: 'busy' }))).rejects.toMatchObject({ name: 'SlowDown' });
    lab.faults.push('answer-lost');
    await expect(client.send(put({ Key: 'lost' }))).rejects.toThrow();
    expect([lab.objects('plain').has('busy'), lab.objects('plain').has('lost')]).toEqual([false, true]);
  });
});
