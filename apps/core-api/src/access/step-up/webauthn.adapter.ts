import { Inject, Injectable } from '@nestjs/common';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import type { WebAuthnCredentialBody } from '@restartix/contracts';
import type { CoreConfig } from '../../core.config';
import { CORE_CONFIG } from '../../platform/tokens';

/** What is kept of a credential. */
export interface KnownCredential {
  id: string;
  /** COSE key, base64url. */
  publicKey: string;
  signCount: number;
}

export interface NewCredential extends KnownCredential {
  /** The private key cannot leave the authenticator: neither synced nor backed up. */
  deviceBound: boolean;
}

/** Web Authentication, always with user verification. Whatever is not right is null, whatever it is. */
@Injectable()
export class WebAuthnAdapter {
  private readonly rpId: string;
  private readonly origins: string[];

  constructor(@Inject(CORE_CONFIG) config: CoreConfig) {
    this.rpId = config.WEBAUTHN_RP_ID;
    this.origins = config.WEBAUTHN_ORIGINS.length > 0 ? config.WEBAUTHN_ORIGINS : config.CORS_ORIGIN;
  }

  registrationOptions(userId: string, known: string[]) {
    return generateRegistrationOptions({
      rpName: 'RestartiX',
      rpID: this.rpId,
      userID: new Uint8Array(Buffer.from(userId)),
      userName: 'RestartiX account',
      attestationType: 'none',
      excludeCredentials: known.map((id) => ({ id })),
      authenticatorSelection: { residentKey: 'discouraged', userVerification: 'required' },
    });
  }

  authenticationOptions(known: string[]) {
    return generateAuthenticationOptions({
      rpID: this.rpId,
      userVerification: 'required',
      allowCredentials: known.map((id) => ({ id })),
    });
  }

  async register(credential: WebAuthnCredentialBody, challenge: string): Promise<NewCredential | null> {
    const verification = await verifyRegistrationResponse({
      response: credential as unknown as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: this.origins,
      expectedRPID: this.rpId,
      requireUserVerification: true,
    }).catch(() => null);
    const info = verification?.registrationInfo;
    if (!verification?.verified || !info?.userVerified) return null;
    return {
      id: info.credential.id,
      publicKey: Buffer.from(info.credential.publicKey).toString('base64url'),
      signCount: info.credential.counter,
      deviceBound: info.credentialDeviceType === 'singleDevice' && !info.credentialBackedUp,
    };
  }

  /** The authenticator's new count of signatures; a count that does not rise is a copied key, and is null. */
  async verify(
    credential: WebAuthnCredentialBody,
    challenge: string,
    known: KnownCredential,
  ): Promise<number | null> {
    const verification = await verifyAuthenticationResponse({
      response: credential as unknown as AuthenticationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: this.origins,
      expectedRPID: this.rpId,
      requireUserVerification: true,
      credential: {
        id: known.id,
        publicKey: new Uint8Array(Buffer.from(known.publicKey, 'base64url')),
        counter: known.signCount,
      },
    }).catch(() => null);
    if (!verification?.verified || !verification.authenticationInfo.userVerified) return null;
    return verification.authenticationInfo.newCounter;
  }
}
