import { Injectable } from '@nestjs/common';
import { FactorSecrets } from './factor-secrets';
import type { FactorRow } from './step-up.repository';
import { WebAuthnAdapter, type KnownCredential } from './webauthn.adapter';

/** Opens the WebAuthn credentials among a user's factors. */
@Injectable()
export class Credentials {
  constructor(
    private readonly secrets: FactorSecrets,
    private readonly webauthn: WebAuthnAdapter,
  ) {}

  /** What an authenticator is asked, to prove one of these. */
  authenticationOptions(known: readonly KnownCredential[]) {
    return this.webauthn.authenticationOptions(known.map(({ id }) => id));
  }

  of(factors: readonly FactorRow[]): Promise<(KnownCredential & { factor: FactorRow })[]> {
    return Promise.all(
      factors
        .filter(({ kind }) => kind === 'webauthn')
        .map(async (factor) => {
          const [id, publicKey] = JSON.parse(await this.secrets.open(factor)) as [string, string];
          return { id, publicKey, signCount: Number(factor.sign_count), factor };
        }),
    );
  }
}
