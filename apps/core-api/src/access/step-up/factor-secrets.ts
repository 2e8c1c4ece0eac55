import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PLATFORM_ORGANIZATION } from '@restartix/contracts';
import { deriveKey, keyedHash } from '@restartix/crypto';
import { KeyRing } from '@restartix/keys';
import type { CoreConfig } from '../../core.config';
import { placeOf } from '../../platform/places';
import { CORE_CONFIG } from '../../platform/tokens';
import type { FactorRow } from './step-up.repository';
import { base32 } from './totp.policy';

const RECOVERY_CODES = 10;
const RECOVERY_BYTES = 10;

/** Secrets of second factors: envelopes where they must be read again, keyed hashes where they need not. */
@Injectable()
export class FactorSecrets {
  private readonly key: Buffer;

  constructor(
    private readonly keys: KeyRing,
    @Inject(CORE_CONFIG) config: CoreConfig,
  ) {
    this.key = deriveKey(config.BLIND_INDEX_KEY.reveal(), 'step-up');
  }

  seal(factorId: string, secret: string): Promise<string> {
    return this.keys.seal(PLATFORM_ORGANIZATION, secret, placeOfSecret(factorId));
  }

  open({ id, wrapped_secret }: Pick<FactorRow, 'id' | 'wrapped_secret'>): Promise<string> {
    return this.keys.open(PLATFORM_ORGANIZATION, wrapped_secret ?? '', placeOfSecret(id));
  }

  hash(kind: 'recovery' | 'sms' | 'credential', ...parts: string[]): string {
    return keyedHash(this.key, kind, ...parts);
  }

  /** Codes for the day a factor is lost, 80 bits each. */
  newRecoveryCodes(): string[] {
    return Array.from({ length: RECOVERY_CODES }, () =>
      (base32(randomBytes(RECOVERY_BYTES)).toLowerCase().match(/.{4}/g) ?? []).join('-'),
    );
  }
}

const placeOfSecret = (id: string): string =>
  placeOf(PLATFORM_ORGANIZATION, 'second_factors', 'wrapped_secret', id);
