import { Inject, Injectable } from '@nestjs/common';
import { deriveKey, keyedHash } from '@restartix/crypto';
import { networkOf } from '@restartix/tenancy';
import type { CoreConfig } from '../../core.config';
import { CORE_CONFIG } from '../../platform/tokens';

/** Networks that keys come from, as keyed hashes: two of them are compared, none is read. */
@Injectable()
export class KeyNetworks {
  private readonly key: Buffer;

  constructor(@Inject(CORE_CONFIG) config: CoreConfig) {
    this.key = deriveKey(config.BLIND_INDEX_KEY.reveal(), 'network of an api key');
  }

  /** Of the network an address stands for; null for no address. */
  indexOf(address: string | null): string | null {
    return address === null ? null : keyedHash(this.key, networkOf(address));
  }
}
