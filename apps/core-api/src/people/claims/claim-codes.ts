import { randomInt } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { deriveKey, keyedHash } from '@restartix/crypto';
import type { CoreConfig } from '../../core.config';
import { CORE_CONFIG } from '../../platform/tokens';

/** Crockford's: none of its characters is taken for another when it is read aloud or typed. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 12;
const ALIKE: Readonly<Record<string, string>> = { I: '1', L: '1', O: '0' };

/** The form a code is hashed in: what two spellings of it share. */
export const plainCode = (typed: string): string =>
  typed
    .replace(/[ -]/g, '')
    .toUpperCase()
    .replace(/[ILO]/g, (letter) => ALIKE[letter] as string);

/** A new code of 60 bits, as it is sent. */
export function newCode(): string {
  const characters = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]);
  return characters.join('').replace(/.{4}(?=.)/g, '$&-');
}

/** Codes as the database knows them. */
@Injectable()
export class ClaimCodes {
  private readonly key: Buffer;

  constructor(@Inject(CORE_CONFIG) config: CoreConfig) {
    this.key = deriveKey(config.BLIND_INDEX_KEY.reveal(), 'patient-claims');
  }

  /** The same for every spelling of a code, and different in every organization. */
  index(organizationId: number, code: string): string {
    return keyedHash(this.key, String(organizationId), plainCode(code));
  }
}
