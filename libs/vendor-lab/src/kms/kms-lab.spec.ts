import {
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  KMSClient,
} from '@aws-sdk/client-kms';
import { KmsLab } from './kms-lab';

const CREDENTIALS = {
  accessKeyId: 'AKIALAB',
  secretAccessKey: 'a secret of the lab',
  region: 'eu-central-1',
};
const arn = (id: string) => `arn:aws:kms:eu-central-1:000000000000:key/${id}`;
const [KEY, OTHER] = [arn('one'), arn('two')] as const;
const context = { organization: '1', purpose: 'organization-key' };

describe('the KMS emulator, under the unchanged SDK', () => {
  const lab = new KmsLab({ ...CREDENTIALS, keys: [KEY, OTHER] });
  let endpoint: string;
  let client: KMSClient;

  const clientOf = (credentials: Partial<typeof CREDENTIALS> = {}, maxAttempts = 1) => {
    const { region, ...keys } = { ...CREDENTIALS, ...credentials };
    return new KMSClient({ endpoint, region, credentials: keys, maxAttempts });
  };
  const generate = () =>
    client.send(new GenerateDataKeyCommand({ KeyId: KEY, KeySpec: 'AES_256', EncryptionContext: context }));
  const decrypt = (input: Partial<DecryptCommand['input']>) =>
    client.send(new DecryptCommand({ CiphertextBlob: undefined, EncryptionContext: context, ...input }));

  beforeAll(async () => {
    endpoint = await lab.start();
    client = clientOf();
  });
  afterAll(async () => {
    client.destroy();
    await lab.stop();
  });

  it('makes data keys, with the plain key or without, which open under the same context', async () => {
    const { Plaintext, CiphertextBlob, KeyId } = await generate();
    expect([Plaintext?.length, KeyId]).toEqual([32, KEY]);
    const sameBackwards = { purpose: 'organization-key', organization: '1' };
    for (const opened of [
      await decrypt({ CiphertextBlob }),
      await decrypt({ CiphertextBlob, KeyId: 'one', EncryptionContext: sameBackwards }),
    ]) {
      expect(opened.Plaintext).toEqual(Plaintext);
      expect(opened.KeyId).toBe(KEY);
    }
    const unseen = await client.send(
      new GenerateDataKeyWithoutPlaintextCommand({
        KeyId: KEY,
        NumberOfBytes: 64,
        EncryptionContext: context,
      }),
    );
    expect(unseen).not.toHaveProperty('Plaintext');
    expect((await decrypt({ CiphertextBlob: unseen.CiphertextBlob })).Plaintext).toHaveLength(64);
  });

  it('encrypts what it is given, up to 4096 bytes', async () => {
    const encrypt = (length: number) =>
      client.send(
        new EncryptCommand({ KeyId: KEY, Plaintext: Buffer.alloc(length, 7), EncryptionContext: context }),
      );
    const { CiphertextBlob } = await encrypt(4096);
    expect((await decrypt({ CiphertextBlob })).Plaintext).toHaveLength(4096);
    await expect(encrypt(4097)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('opens nothing under another context or another key, or that was changed', async () => {
    const { CiphertextBlob } = await generate();
    const changed = Uint8Array.from(CiphertextBlob!);
    changed[changed.length - 1]! ^= 1;
    const other = { ...context, organization: '2' };
    for (const [input, name] of [
      [{ CiphertextBlob, EncryptionContext: other }, 'InvalidCiphertextException'],
      [{ CiphertextBlob, EncryptionContext: undefined }, 'InvalidCiphertextException'],
      [{ CiphertextBlob: changed }, 'InvalidCiphertextException'],
      [{ CiphertextBlob: Buffer.from('x') }, 'InvalidCiphertextException'],
      [{ CiphertextBlob, KeyId: OTHER }, 'IncorrectKeyException'],
      [{ CiphertextBlob, KeyId: arn('none') }, 'NotFoundException'],
    ] as const) {
      await expect(decrypt(input)).rejects.toMatchObject({ name });
    }
  });

  it('uses no key that is disabled, and none that does not exist', async () => {
    const { CiphertextBlob } = await generate();
    lab.disabled.add(KEY);
    await expect(generate()).rejects.toMatchObject({ name: 'DisabledException' });
    await expect(decrypt({ CiphertextBlob })).rejects.toMatchObject({ name: 'DisabledException' });
    lab.disabled.delete(KEY);
    expect(await decrypt({ CiphertextBlob })).toHaveProperty('Plaintext');
  });

  it('answers only who signs with its secret, for its region, and knows the operations of keys only', async () => {
    const send = (who: Partial<typeof CREDENTIALS>) =>
      clientOf(who).send(new GenerateDataKeyCommand({ KeyId: KEY, KeySpec: 'AES_256' }));
    await expect(send({ accessKeyId: 'AKIAELSE' })).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
    for (const who of [{ secretAccessKey: 'another' }, { region: 'us-east-1' }]) {
      await expect(send(who)).rejects.toMatchObject({ name: 'InvalidSignatureException' });
    }
    const unsigned = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'TrentService.Decrypt' },
      body: '{}',
    });
    expect([unsigned.status, await unsigned.json()]).toMatchObject([
      400,
      { __type: 'MissingAuthenticationTokenException' },
    ]);
    await expect(client.send(new DescribeKeyCommand({ KeyId: KEY }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
    });
    await expect(
      client.send(new GenerateDataKeyCommand({ KeyId: KEY, KeySpec: 'AES_256', NumberOfBytes: 32 })),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('is busy or fails when it is told to, which the SDK tries again, and remembers every call', async () => {
    lab.calls.length = 0;
    lab.faults.push('ThrottlingException', 'KMSInternalException');
    const patient = clientOf({}, 3);
    const sent = new GenerateDataKeyCommand({ KeyId: KEY, KeySpec: 'AES_256', EncryptionContext: context });
    expect(await patient.send(sent)).toHaveProperty('Plaintext');
    const call = { operation: 'GenerateDataKey', keyId: KEY, context };
    expect(lab.calls).toEqual([
      { ...call, refused: 'ThrottlingException' },
      { ...call, refused: 'KMSInternalException' },
      call,
    ]);
    patient.destroy();
  });
});
