import { Resolver } from 'node:dns/promises';
import { Injectable } from '@nestjs/common';

/** The domain name system, as far as it proves who owns a host name. */
export abstract class TextRecords {
  /** Values of the TXT records of a name; none when there are none or the name cannot be looked up. */
  abstract of(name: string): Promise<string[]>;
}

/** Asks the resolvers of the machine. */
@Injectable()
export class DnsTextRecords extends TextRecords {
  private readonly resolver = new Resolver({ timeout: 2000, tries: 2 });

  async of(name: string): Promise<string[]> {
    try {
      return (await this.resolver.resolveTxt(name)).map((parts) => parts.join(''));
    } catch {
      return [];
    }
  }
}
