import { Resolver } from 'node:dns/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { CoreConfig } from '../../core.config';
import { CORE_CONFIG } from '../../platform/tokens';

/** The domain name system, as far as it proves who owns a host name. */
export abstract class TextRecords {
  /** Values of the TXT records of a name; none when there are none or the name cannot be looked up. */
  abstract of(name: string): Promise<string[]>;
}

/** Asks the name servers that are configured, or those of the machine. */
@Injectable()
export class DnsTextRecords extends TextRecords {
  private readonly resolver = new Resolver({ timeout: 2000, tries: 2 });

  constructor(@Inject(CORE_CONFIG) { DNS_SERVERS }: CoreConfig) {
    super();
    if (DNS_SERVERS.length > 0) this.resolver.setServers(DNS_SERVERS);
  }

  async of(name: string): Promise<string[]> {
    try {
      return (await this.resolver.resolveTxt(name)).map((parts) => parts.join(''));
    } catch {
      return [];
    }
  }
}
