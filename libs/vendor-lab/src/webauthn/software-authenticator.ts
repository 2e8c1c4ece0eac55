import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** What a page hands to the authenticator. */
export interface Ceremony {
  challenge: string;
  origin: string;
  rpId: string;
  /** Flags and answers that a good authenticator would not give. */
  userVerified?: boolean;
  userPresent?: boolean;
  /** The key is synced to other devices. */
  synced?: boolean;
  /** Counts as so many signatures before; absent is one more than the last. */
  signCount?: number;
}

const FLAG = { present: 0x01, verified: 0x04, backupEligible: 0x08, backedUp: 0x10, attested: 0x40 };
const text = (value: string) => Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
const bytes = (value: Buffer) => Buffer.concat([head(2, value.length), value]);
const map = (...entries: Buffer[]) => Buffer.concat([head(5, entries.length / 2), ...entries]);
const integer = (value: number) => (value < 0 ? head(1, -1 - value) : head(0, value));

/** The first bytes of a CBOR item (RFC 8949): its type and its length or value. */
function head(type: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(type << 5) | value]);
  if (value < 256) return Buffer.from([(type << 5) | 24, value]);
  return Buffer.from([(type << 5) | 25, value >> 8, value & 0xff]);
}

const sha256 = (value: string | Buffer) => createHash('sha256').update(value).digest();
const b64 = (value: Buffer | string) => Buffer.from(value).toString('base64url');

/** An authenticator in software (WebAuthn level 2, ES256, no attestation), which can also be told to misbehave. */
export class SoftwareAuthenticator {
  readonly id = randomBytes(32);
  private readonly privateKey: KeyObject;
  private readonly publicKey: KeyObject;
  private signatures = 0;

  constructor() {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.privateKey = pair.privateKey;
    this.publicKey = pair.publicKey;
  }

  /** The answer to a request to make a credential. */
  register(ceremony: Ceremony) {
    const credential = Buffer.concat([
      Buffer.alloc(16),
      Buffer.from([0, this.id.length]),
      this.id,
      this.coseKey(),
    ]);
    const authData = Buffer.concat([this.authenticatorData(ceremony, FLAG.attested), credential]);
    const attestation = map(
      text('fmt'),
      text('none'),
      text('attStmt'),
      map(),
      text('authData'),
      bytes(authData),
    );
    return this.answer({
      clientDataJSON: clientData('webauthn.create', ceremony),
      attestationObject: b64(attestation),
    });
  }

  /** The answer to a request to prove that the credential is there. */
  assert(ceremony: Ceremony) {
    const authData = this.authenticatorData(ceremony, 0);
    const clientDataJSON = clientData('webauthn.get', ceremony);
    const signed = Buffer.concat([authData, sha256(Buffer.from(clientDataJSON, 'base64url'))]);
    return this.answer({
      clientDataJSON,
      authenticatorData: b64(authData),
      signature: b64(sign('sha256', signed, this.privateKey)),
    });
  }

  private answer<R extends object>(response: R) {
    const id = b64(this.id);
    return { id, rawId: id, type: 'public-key' as const, clientExtensionResults: {}, response };
  }

  private authenticatorData(ceremony: Ceremony, more: number): Buffer {
    const { userVerified = true, userPresent = true, synced = false } = ceremony;
    this.signatures = ceremony.signCount ?? this.signatures + 1;
    const count = Buffer.alloc(4);
    count.writeUInt32BE(this.signatures);
    const flags =
      more |
      (userPresent ? FLAG.present : 0) |
      (userVerified ? FLAG.verified : 0) |
      (synced ? FLAG.backupEligible | FLAG.backedUp : 0);
    return Buffer.concat([sha256(ceremony.rpId), Buffer.from([flags]), count]);
  }

  /** The public key as COSE has it (RFC 9053): EC2, ES256, P-256. */
  private coseKey(): Buffer {
    const { x = '', y = '' } = this.publicKey.export({ format: 'jwk' });
    const coordinate = (value: string) => bytes(Buffer.from(value, 'base64url'));
    return map(
      ...[integer(1), integer(2), integer(3), integer(-7), integer(-1), integer(1)],
      ...[integer(-2), coordinate(x), integer(-3), coordinate(y)],
    );
  }
}

const clientData = (type: string, { challenge, origin }: Ceremony): string =>
  b64(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
