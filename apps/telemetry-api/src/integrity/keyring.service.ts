import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { deriveKey, openEnvelopeBytes, sealEnvelope } from '@restartix/crypto';
import { TELEMETRY_CONFIG } from '../platform/tokens';
import type { TelemetryConfig } from '../telemetry.config';
import { KeysRepository } from './keys.repository';

/** Version of the root key that wraps new keys; a rotation raises it and wraps the old ones anew. */
const ROOT_VERSION = 1;
const KEY_BYTES = 32;
/** More opened keys than this are not held; the oldest is read again when it is asked for. */
const HELD_KEYS = 10_000;

/** A key of personal data; its version stands in every envelope made with it. */
export interface DataKey {
  version: number;
  key: Buffer;
}

/** Keys of the telemetry database, opened under its root key and held in memory. */
@Injectable()
export class KeyringService {
  private readonly wrapping: Buffer;
  private readonly held = new Map<string, Promise<Buffer>>();
  private current: { period: string; key: Promise<DataKey> } | undefined;

  constructor(
    private readonly keys: KeysRepository,
    @Inject(TELEMETRY_CONFIG) config: TelemetryConfig,
  ) {
    this.wrapping = deriveKey(config.TELEMETRY_ENCRYPTION_KEY.reveal(), 'telemetry wrapping key');
  }

  /** The key that personal data stored now is sealed with: one per month, made when the month's first event comes. */
  currentDataKey(now = new Date()): Promise<DataKey> {
    const period = `${now.toISOString().slice(0, 7)}-01`;
    if (this.current?.period === period) return this.current.key;
    const key = this.dataKeyOf(period);
    this.current = { period, key };
    key.catch(() => (this.current = undefined));
    return key;
  }

  /** A key by the version an envelope names. Throws when there is none: it was destroyed, or never was. */
  dataKey(version: number): Promise<Buffer> {
    return this.hold(`data/${version}`, async () => {
      const key = await this.keys.dataKey(version);
      if (!key) throw new Error(`There is no data key ${version}`);
      return this.unwrap(key.wrapped, dataKeyPlace(version));
    });
  }

  /**
   * The key of an organization's actor hashes in the quarter that begins on this day (YYYY-MM-DD). The same person
   * has another hash in every quarter and in every organization.
   */
  actorKey(organizationId: number, quarter: string): Promise<Buffer> {
    return this.hold(`actor/${organizationId}/${quarter}`, async () => {
      const place = `integrity.actor_keys:${organizationId}:${quarter}`;
      let wrapped = await this.keys.actorKey(organizationId, quarter);
      if (!wrapped) {
        await this.keys.addActorKey(organizationId, quarter, this.wrapNew(place));
        wrapped = await this.keys.actorKey(organizationId, quarter);
      }
      if (!wrapped) throw new Error('The new actor key is not there');
      return this.unwrap(wrapped, place);
    });
  }

  private async dataKeyOf(period: string): Promise<DataKey> {
    let stored = await this.keys.newestDataKey(period);
    if (!stored) {
      const version = Number(period.slice(0, 7).replace('-', '')) * 100 + 1;
      await this.keys.addDataKey(period, { version, wrapped: this.wrapNew(dataKeyPlace(version)) });
      stored = await this.keys.newestDataKey(period);
    }
    if (!stored) throw new Error('The new data key is not there');
    return { version: stored.version, key: this.unwrap(stored.wrapped, dataKeyPlace(stored.version)) };
  }

  private wrapNew(place: string): string {
    return sealEnvelope(this.wrapping, ROOT_VERSION, randomBytes(KEY_BYTES), place);
  }

  private unwrap(wrapped: string, place: string): Buffer {
    return openEnvelopeBytes(this.wrapping, wrapped, place);
  }

  private hold(name: string, load: () => Promise<Buffer>): Promise<Buffer> {
    const known = this.held.get(name);
    if (known) return known;
    const loading = load();
    this.held.set(name, loading);
    loading.catch(() => this.held.delete(name));
    const [oldest] = this.held.keys();
    if (this.held.size > HELD_KEYS && oldest) this.held.delete(oldest);
    return loading;
  }
}

const dataKeyPlace = (version: number): string => `integrity.data_keys:${version}`;
