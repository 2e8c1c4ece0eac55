import { readFile } from 'node:fs/promises';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import {
  AddressNotFoundError,
  BadMethodCallError,
  Reader,
  ValueError,
  type ReaderModel,
} from '@maxmind/geoip2-node';
import { PlatformLogger } from '@restartix/logging';
import { TELEMETRY_CONFIG } from '../platform/tokens';
import type { TelemetryConfig } from '../telemetry.config';

const UNKNOWN = 'unknown';

/** ISO 3166 code of the country, and the code of its subdivision; "unknown" each. */
export interface Location {
  country: string;
  region: string;
}

/** Where an address lies, from a MaxMind database held in memory. No look-up leaves the process. */
@Injectable()
export class GeoService implements OnModuleInit {
  private readonly logger: PlatformLogger;
  private reader: { model: ReaderModel; hasRegions: boolean } | undefined;

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
      const model = Reader.openBuffer(await readFile(path));
      this.reader = { model, hasRegions: holdsCities(model) };
    } catch (error) {
      this.logger.warn('The geo database cannot be read: every country is unknown', { error });
    }
  }

  /** Whether a database is loaded. */
  get loaded(): boolean {
    return this.reader !== undefined;
  }

  /** Country and region of an address; "unknown" without a database, on a miss, and for what is no address. */
  locate(address: string | null): Location {
    if (!this.reader || address === null) return { country: UNKNOWN, region: UNKNOWN };
    try {
      const { model, hasRegions } = this.reader;
      const city = hasRegions ? model.city(address) : undefined;
      const { country } = city ?? model.country(address);
      return { country: country?.isoCode ?? UNKNOWN, region: city?.subdivisions?.[0]?.isoCode ?? UNKNOWN };
    } catch (error) {
      if (error instanceof AddressNotFoundError || error instanceof ValueError) {
        return { country: UNKNOWN, region: UNKNOWN };
      }
      throw error;
    }
  }
}

/** City databases know subdivisions; Country databases refuse the question. Another kind is refused here. */
function holdsCities(model: ReaderModel): boolean {
  try {
    model.city('192.0.2.1');
  } catch (error) {
    if (error instanceof BadMethodCallError) return refuseOtherKinds(model);
  }
  return true;
}

function refuseOtherKinds(model: ReaderModel): false {
  try {
    model.country('192.0.2.1');
  } catch (error) {
    if (error instanceof BadMethodCallError) throw error;
  }
  return false;
}
