import type { WebAuthnCredentialBody } from '@restartix/contracts';
import { SoftwareAuthenticator, type Ceremony } from '@restartix/vendor-lab';
import type { CoreConfig } from '../../core.config';
import { WebAuthnAdapter } from './webauthn.adapter';

const ORIGIN = 'https://app.clinic.example';
const RP = 'app.clinic.example';

/** A software authenticator that behaves, and then one that does not. */
describe('a hardware key', () => {
  const adapter = new WebAuthnAdapter({
    WEBAUTHN_RP_ID: RP,
    WEBAUTHN_ORIGINS: [] as string[],
    CORS_ORIGIN: [ORIGIN],
  } as unknown as CoreConfig);
  const ceremony = (challenge: string, more: Partial<Ceremony> = {}): Ceremony => ({
    challenge,
    origin: ORIGIN,
    rpId: RP,
    ...more,
  });
  const body = (answer: object) => answer as WebAuthnCredentialBody;

  async function registered(more: Partial<Ceremony> = {}) {
    const key = new SoftwareAuthenticator();
    const { challenge } = await adapter.registrationOptions('user-1', []);
    const made = await adapter.register(body(key.register(ceremony(challenge, more))), challenge);
    return { key, made };
  }

  it('is enrolled, device-bound, for a challenge of ours', async () => {
    const { made } = await registered();
    expect(made).toMatchObject({ deviceBound: true, signCount: 1 });
    expect((await registered({ synced: true })).made).toMatchObject({ deviceBound: false });
  });

  const BAD: [string, Partial<Ceremony>][] = [
    ['another origin', { origin: 'https://app.clinic.example.evil.example' }],
    ['another domain', { rpId: 'evil.example' }],
    ['another challenge', { challenge: Buffer.from('another').toString('base64url') }],
    ['a user who was not verified', { userVerified: false }],
    ['a user who was not there', { userPresent: false }],
  ];

  it.each(BAD)('is not enrolled with %s', async (_, more) => {
    expect((await registered(more)).made).toBeNull();
  });

  it('proves that it is there, and counts', async () => {
    const { key, made } = await registered();
    const { challenge } = await adapter.authenticationOptions([made!.id]);
    expect(await adapter.verify(body(key.assert(ceremony(challenge))), challenge, made!)).toBe(2);
  });

  it.each(BAD)('proves nothing with %s', async (_, more) => {
    const { key, made } = await registered();
    const { challenge } = await adapter.authenticationOptions([made!.id]);
    expect(await adapter.verify(body(key.assert(ceremony(challenge, more))), challenge, made!)).toBeNull();
  });

  it('proves nothing by another key, a changed signature, a copy that counts anew, or rubbish', async () => {
    const { key, made } = await registered();
    const { challenge } = await adapter.authenticationOptions([made!.id]);
    const verify = (answer: object) => adapter.verify(body(answer), challenge, made!);
    expect(await verify(new SoftwareAuthenticator().assert(ceremony(challenge)))).toBeNull();
    const good = key.assert(ceremony(challenge));
    const changed = Buffer.from(good.response.signature, 'base64url');
    changed[changed.length - 1]! ^= 1;
    const signature = changed.toString('base64url');
    expect(await verify({ ...good, response: { ...good.response, signature } })).toBeNull();
    expect(await verify(key.assert(ceremony(challenge, { signCount: 1 })))).toBeNull();
    expect(await verify({ ...good, response: { clientDataJSON: 'e30' } })).toBeNull();
  });
});
