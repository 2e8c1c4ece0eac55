import { readFile } from 'node:fs/promises';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { PlatformLogger } from '@restartix/logging';
import { TELEMETRY_CONFIG } from '../platform/tokens';
import type { TelemetryConfig } from '../telemetry.config';
import { MaxmindDatabase, NOWHERE, type Location } from './maxmind.adapter';

/** Where an address lies, from a MaxMind database held in memory. No look-up leaves the process. */
@Injectable()
export class GeoService implements OnModuleInit {
  private readonly logger: PlatformLogger;
  private database: MaxmindDatabase | undefined;

  constructor(
    @Inject(TELEMETRY_CONFIG) private readonly config: TelemetryConfig,
    logger: PlatformLogger,
  ) {
    this.logger = logger.child('geo');
  }

  async onModuleInit(): Promise<void> {
    const path = this.config.GEOIP_DATABASE_PATH;
    if (!path) return this.logger.warn('GEOIP_DATABASE_PATH is not set: every country is unknown');
    try {
      this.database = MaxmindDatabase.open(await readFile(path));
    } catch (error) {
      this.logger.warn('The geo database cannot be read: every country is unknown', { error });
    }
  }

  /** Whether a database is loaded. */
  get loaded(): boolean {
    return this.database !== undefined;
  }

  /** Country and region of an address; "unknown" without a database, on a miss, and for what is no address. */
  locate(address: string | null): Location {
    return address === null ? NOWHERE : (this.database?.locate(address) ?? NOWHERE);
  }
}
