import { Inject, Injectable } from '@nestjs/common';
import { deriveKey } from '@restartix/crypto';
import { configuredRootKey, LocalRootKey, type KeyPlace, type RootKey } from '@restartix/keys';
import { TELEMETRY_CONFIG } from '../platform/tokens';
import type { TelemetryConfig } from '../telemetry.config';
import { KeysRepository } from './keys.repository';

/** An opened data key is opened, and recorded, again after this. */
const HOLD_MS = 3_600_000;
/** More opened keys than this are not held; the oldest is read again when it is asked for. */
const HELD_KEYS = 10_000;

/** A key of personal data; its version stands in every envelope made with it. */
export interface DataKey {
  version: number;
  key: Buffer;
}

/** A key that is opened: what it is for, and which one it is. Keys of personal data are the platform's (0). */
export interface KeyUse {
  organizationId: number;
  kind: 'data_key' | 'actor_key';
  id: string;
}

/** Must have recorded the use when it resolves; a failure keeps the key closed. */
export type RecordKeyUse = (use: KeyUse) => Promise<void>;

interface HeldKey {
  openedAt: number;
  key: Promise<Buffer>;
}

/** The root key of the configuration: in the process, or in AWS KMS. */
function rootKeyOf(config: TelemetryConfig): RootKey {
  const wrapping = (key: Buffer) => deriveKey(key, 'telemetry wrapping key');
  const earlier = config.TELEMETRY_EARLIER_KEYS.reveal().map(wrapping);
  return configuredRootKey(new LocalRootKey(wrapping(config.TELEMETRY_ENCRYPTION_KEY.reveal()), earlier), {
    keyId: config.TELEMETRY_KMS_KEY_ID,
    earlierKeyIds: config.TELEMETRY_KMS_EARLIER_KEY_IDS,
    region: config.KMS_REGION,
    endpoint: config.KMS_ENDPOINT,
    accessKeyId: config.KMS_ACCESS_KEY,
    secretAccessKey: config.KMS_SECRET_KEY,
  });
}

/** Keys of the telemetry database, opened under its root key, each opening recorded, and held in memory. */
@Injectable()
export class KeyringService {
  private readonly root: RootKey;
  private readonly held = new Map<string, HeldKey>();
  private readonly refreshMs: number;
  private current: { period: string; readAt: number; key: Promise<DataKey> } | undefined;
  private recordUse: RecordKeyUse = () => Promise.reject(new Error('Nobody records the use of keys'));

  constructor(
    private readonly keys: KeysRepository,
    @Inject(TELEMETRY_CONFIG) config: TelemetryConfig,
  ) {
    this.root = rootKeyOf(config);
    this.refreshMs = config.KEY_REFRESH_SECONDS * 1000;
  }

  /** Sets who records the use of keys: without it no key opens. */
  recordUsesWith(record: RecordKeyUse): void {
    this.recordUse = record;
  }

  /**
   * The key that personal data stored now is sealed with: one per month, made when the month's first event comes. A
   * newer version of the month, made by another process, is noticed within the time of KEY_REFRESH_SECONDS.
   */
  currentDataKey(now = new Date()): Promise<DataKey> {
    const period = `${now.toISOString().slice(0, 7)}-01`;
    const isFresh = this.current && Date.now() - this.current.readAt < this.refreshMs;
    if (this.current?.period === period && isFresh) return this.current.key;
    const key = this.dataKeyOf(period);
    const current = { period, readAt: Date.now(), key };
    this.current = current;
    key.catch(() => {
      if (this.current === current) this.current = undefined;
    });
    return key;
  }

  /** Makes a further key of the month, which seals from now on; the earlier ones go on opening. Answers its version. */
  async renewDataKey(now = new Date()): Promise<number> {
    const { version: before } = await this.currentDataKey(now);
    const period = `${now.toISOString().slice(0, 7)}-01`;
    const version = before + 1;
    await this.keys.addDataKey(period, { version, wrapped: await this.wrapNew(dataKeyPlace(version)) });
    this.current = undefined;
    return (await this.currentDataKey(now)).version;
  }

  /** Wraps every key that another root key wrapped under that of today; no row of the record changes. Answers how many. */
  async wrapAnew(): Promise<number> {
    let count = 0;
    for (const { version, wrapped } of await this.keys.allDataKeys()) {
      const place = dataKeyPlace(version);
      const use: KeyUse = { organizationId: 0, kind: 'data_key', id: String(version) };
      const anew = await this.wrappedAnew(use, wrapped, place);
      if (!anew) continue;
      await this.keys.replaceDataKey(version, wrapped, anew);
      count += 1;
    }
    for (const { organizationId, quarter, wrapped } of await this.keys.allActorKeys()) {
      const use: KeyUse = { organizationId, kind: 'actor_key', id: quarter };
      const anew = await this.wrappedAnew(use, wrapped, actorKeyPlace(organizationId, quarter));
      if (!anew) continue;
      await this.keys.replaceActorKey(organizationId, quarter, wrapped, anew);
      count += 1;
    }
    return count;
  }

  private async wrappedAnew(use: KeyUse, wrapped: string, place: KeyPlace): Promise<string | null> {
    if (this.root.isCurrent(wrapped)) return null;
    return this.root.wrap(await this.open(use, wrapped, place), place);
  }

  /** A key by the version an envelope names. Throws when there is none: it was destroyed, or never was. */
  dataKey(version: number): Promise<Buffer> {
    return this.hold(`data/${version}`, HOLD_MS, async () => {
      const key = await this.keys.dataKey(version);
      if (!key) throw new Error(`There is no data key ${version}`);
      const use: KeyUse = { organizationId: 0, kind: 'data_key', id: String(version) };
      return this.open(use, key.wrapped, dataKeyPlace(version));
    });
  }

  /**
   * The key of an organization's actor hashes in the quarter that begins on this day (YYYY-MM-DD). The same person
   * has another hash in every quarter and in every organization.
   */
  actorKey(organizationId: number, quarter: string): Promise<Buffer> {
    return this.hold(`actor/${organizationId}/${quarter}`, Infinity, async () => {
      const place = actorKeyPlace(organizationId, quarter);
      let wrapped = await this.keys.actorKey(organizationId, quarter);
      if (!wrapped) {
        await this.keys.addActorKey(organizationId, quarter, await this.wrapNew(place));
        wrapped = await this.keys.actorKey(organizationId, quarter);
      }
      if (!wrapped) throw new Error('The new actor key is not there');
      return this.open({ organizationId, kind: 'actor_key', id: quarter }, wrapped, place);
    });
  }

  /** Every live key of an organization's actor hashes: a person's rows lie under any of them. */
  async actorKeys(organizationId: number): Promise<Buffer[]> {
    const quarters = await this.keys.actorQuarters(organizationId);
    return Promise.all(quarters.map((quarter) => this.actorKey(organizationId, quarter)));
  }

  /** Destroys actor keys of quarters that began before a day: nobody can tie a row to a person by them any more. */
  async destroyActorKeys(before: string): Promise<number> {
    const destroyed = await this.keys.destroyActorKeys(before);
    for (const { organization_id, quarter } of destroyed)
      this.held.delete(`actor/${organization_id}/${quarter}`);
    return destroyed.length;
  }

  private async dataKeyOf(period: string): Promise<DataKey> {
    let stored = await this.keys.newestDataKey(period);
    if (!stored) {
      const version = Number(period.slice(0, 7).replace('-', '')) * 100 + 1;
      await this.keys.addDataKey(period, { version, wrapped: await this.wrapNew(dataKeyPlace(version)) });
      stored = await this.keys.newestDataKey(period);
    }
    if (!stored) throw new Error('The new data key is not there');
    return { version: stored.version, key: await this.dataKey(stored.version) };
  }

  private wrapNew(place: KeyPlace): Promise<string> {
    return this.root.newKey(place);
  }

  private open(use: KeyUse, wrapped: string, place: KeyPlace): Promise<Buffer> {
    return this.root.unwrap(wrapped, place, () => this.recordUse(use));
  }

  private hold(name: string, holdMs: number, load: () => Promise<Buffer>): Promise<Buffer> {
    const known = this.held.get(name);
    if (known && Date.now() - known.openedAt < holdMs) return known.key;
    const loading = { openedAt: Date.now(), key: load() };
    this.held.set(name, loading);
    loading.key.catch(() => {
      if (this.held.get(name) === loading) this.held.delete(name);
    });
    const [oldest] = this.held.keys();
    if (this.held.size > HELD_KEYS && oldest) this.held.delete(oldest);
    return loading.key;
  }
}

const dataKeyPlace = (version: number): KeyPlace => ({
  purpose: 'integrity.data_keys',
  version: String(version),
});
const actorKeyPlace = (organizationId: number, quarter: string): KeyPlace => ({
  purpose: 'integrity.actor_keys',
  organization: String(organizationId),
  quarter,
});
