import { readFile, rename, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import type { GeoState } from '@restartix/contracts';
import { conflict, unavailable } from '@restartix/errors';
import { PlatformLogger } from '@restartix/logging';
import { TELEMETRY_CONFIG } from '../platform/tokens';
import type { TelemetryConfig } from '../telemetry.config';
import { GeoSource } from './geo-source.port';
import { MaxmindDatabase, NOWHERE, type GeoPoint, type Location } from './maxmind.adapter';

/** Longest an update is waited for; it goes on by itself afterwards. */
const PATIENCE_MS = 8_000;

/** Where an address lies, from a MaxMind database held in memory. No look-up leaves the process. */
@Injectable()
export class GeoService implements OnModuleInit, OnApplicationBootstrap {
  private readonly logger: PlatformLogger;
  private database: MaxmindDatabase | undefined;
  private loadedAt: Date | undefined;
  private updating: Promise<void> | undefined;

  constructor(
    @Inject(TELEMETRY_CONFIG) private readonly config: TelemetryConfig,
    private readonly source: GeoSource,
    logger: PlatformLogger,
  ) {
    this.logger = logger.child('geo');
  }

  async onModuleInit(): Promise<void> {
    if (!this.config.GEOIP_DATABASE_PATH) {
      if (!this.source.isConfigured)
        this.logger.warn('GEOIP_DATABASE_PATH is not set: every country is unknown');
      return;
    }
    await this.reload().catch((error: unknown) =>
      this.logger.warn('The geo database cannot be read: every country is unknown', { error }),
    );
  }

  /** With an account the newest database is fetched at start; nobody waits for it. */
  onApplicationBootstrap(): void {
    if (!this.source.isConfigured) return;
    this.begin().catch((error: unknown) =>
      this.logger.warn('The geo database could not be fetched: the one before stays', { error }),
    );
  }

  /** Whether a database is loaded. */
  get loaded(): boolean {
    return this.database !== undefined;
  }

  /** Country and region of an address; "unknown" without a database, on a miss, and for what is no address. */
  locate(address: string | null): Location {
    return address === null ? NOWHERE : (this.database?.locate(address) ?? NOWHERE);
  }

  /** Where on earth an address lies; null without a database that knows it. */
  pointOf(address: string | null): GeoPoint | null {
    return address === null ? null : (this.database?.pointOf(address) ?? null);
  }

  /**
   * Fetches the newest database, or reads the file again where no account is configured, and puts it in force in one
   * step: every look-up is answered from the old one or the new one. Answers when that is done, or after eight seconds
   * while it goes on. Throws conflict when there is nothing to load from, geo_unavailable when it cannot be had: then
   * the one before stays.
   */
  async update(): Promise<GeoState> {
    if (!this.source.isConfigured && !this.config.GEOIP_DATABASE_PATH)
      throw conflict('Neither an account of the provider nor a database file is configured.');
    try {
      await Promise.race([this.begin(), pause(PATIENCE_MS, undefined, { ref: false })]);
    } catch (error) {
      this.logger.warn('The geo database could not be updated: the one before stays', { error });
      throw unavailable('geo_unavailable', error);
    }
    return this.state();
  }

  /** What is in force. */
  state(): GeoState {
    return {
      is_loaded: this.loaded,
      database_type: this.database?.type ?? null,
      built_at: this.database?.builtAt.toISOString() ?? null,
      loaded_at: this.loadedAt?.toISOString() ?? null,
      is_updating: this.updating !== undefined,
    };
  }

  /** One update at a time: who asks meanwhile waits for the same. */
  private begin(): Promise<void> {
    this.updating ??= (this.source.isConfigured ? this.fetch() : this.reload()).finally(() => {
      this.updating = undefined;
    });
    return this.updating;
  }

  private async fetch(): Promise<void> {
    const bytes = await this.source.fetch();
    const database = MaxmindDatabase.open(bytes);
    const path = this.config.GEOIP_DATABASE_PATH;
    if (path) {
      await writeFile(`${path}.new`, bytes);
      await rename(`${path}.new`, path);
    }
    this.put(database);
  }

  private async reload(): Promise<void> {
    this.put(MaxmindDatabase.open(await readFile(this.config.GEOIP_DATABASE_PATH ?? '')));
  }

  private put(database: MaxmindDatabase): void {
    this.database = database;
    this.loadedAt = new Date();
    this.logger.info('A geo database is in force', { type: database.type, built_at: database.builtAt });
  }
}
