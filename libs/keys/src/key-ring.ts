import { randomBytes } from 'node:crypto';
import {
  EnvelopeError,
  envelopeVersion,
  openEnvelope,
  openEnvelopeBytes,
  sealEnvelope,
} from '@restartix/crypto';
import type { KeyPlace, RootKey } from './root-key';

export interface WrappedKey {
  version: number;
  wrapped: string;
}

/** Where the wrapped keys of organizations are kept. */
export interface OrganizationKeyStore {
  load(organizationId: number): Promise<WrappedKey[]>;
  /** Keeps the key unless that version already exists. */
  create(organizationId: number, key: WrappedKey): Promise<void>;
  /** Puts another wrapping of the same key in the place of `wrapped`, if that still stands there. */
  replace(organizationId: number, key: WrappedKey, by: string): Promise<void>;
}

/** That an organization's key is opened: which one, and why. */
export interface KeyUse {
  organizationId: number;
  version: number;
  reason: 'use' | 'rotation of the root key';
}

/** Called for every organization key that is opened; a failure here keeps the key closed. */
export type RecordKeyUse = (use: KeyUse) => Promise<void>;

export interface KeyRingOptions {
  /** After this long the list of an organization's keys is read again; twice as long is the most it may be behind. */
  refreshMs?: number;
  /** How long an opened key is held; then it is opened, and recorded, again. */
  holdMs?: number;
  now?: () => number;
}

/** The keys of one organization: every version opens, the newest seals. */
interface OrganizationKeys {
  readAt: number;
  current: number;
  wrapped: ReadonlyMap<number, string>;
}

interface OpenedKey {
  openedAt: number;
  key: Promise<Buffer>;
}

const KEY_BYTES = 32;
const REFRESH_MS = 30_000;
const HOLD_MS = 3_600_000;

const placeOfOrganizationKey = (organizationId: number): KeyPlace => ({
  purpose: 'organization-key',
  organization: String(organizationId),
});

/**
 * The keys under the root: root → organization → data key of one person. Organization keys are opened when they are
 * needed, each time recorded, and held for an hour; data keys are opened per use and never kept. What another process
 * rotates or destroys is noticed within a minute, and at once by whoever meets an envelope of a new version.
 */
export class KeyRing {
  private readonly lists = new Map<number, OrganizationKeys>();
  private readonly loading = new Map<number, Promise<OrganizationKeys>>();
  private readonly opened = new Map<string, OpenedKey>();
  private readonly refreshMs: number;
  private readonly holdMs: number;
  private readonly now: () => number;

  constructor(
    private readonly root: RootKey,
    private readonly store: OrganizationKeyStore,
    private readonly recordUse: RecordKeyUse,
    { refreshMs = REFRESH_MS, holdMs = HOLD_MS, now = Date.now }: KeyRingOptions = {},
  ) {
    this.refreshMs = refreshMs;
    this.holdMs = holdMs;
    this.now = now;
  }

  /** Seals text under the organization's own key; for columns that belong to no patient. */
  async seal(organizationId: number, plain: string, place: string): Promise<string> {
    return this.sealBytes(organizationId, plain, place);
  }

  /** Opens text of {@link seal}; throws EnvelopeError. */
  async open(organizationId: number, envelope: string, place: string): Promise<string> {
    return openEnvelope(await this.keyFor(organizationId, envelope), envelope, place);
  }

  /** A new data key and its wrapped form. */
  async newDataKey(organizationId: number, place: string): Promise<{ key: Buffer; wrapped: string }> {
    const key = randomBytes(KEY_BYTES);
    return { key, wrapped: await this.sealBytes(organizationId, key, place) };
  }

  /** Opens a wrapped data key; throws EnvelopeError. */
  async dataKey(organizationId: number, wrapped: string, place: string): Promise<Buffer> {
    return openEnvelopeBytes(await this.keyFor(organizationId, wrapped), wrapped, place);
  }

  /**
   * The same content under the organization's newest key: text of {@link seal} or a wrapped data key. Null when it is
   * under that already; throws EnvelopeError.
   */
  async resealed(organizationId: number, envelope: string, place: string): Promise<string | null> {
    const { current } = await this.list(organizationId);
    if (envelopeVersion(envelope) >= current) return null;
    const content = openEnvelopeBytes(await this.keyFor(organizationId, envelope), envelope, place);
    return this.sealBytes(organizationId, content, place);
  }

  /** The version that seals now. */
  async currentVersion(organizationId: number): Promise<number> {
    return (await this.list(organizationId)).current;
  }

  /** Makes a new version and answers it. It seals from now on here, and within a minute in every process. */
  async rotate(organizationId: number): Promise<number> {
    const version = (await this.reload(organizationId)).current + 1;
    await this.store.create(organizationId, { version, wrapped: await this.wrapNew(organizationId) });
    return (await this.reload(organizationId)).current;
  }

  /** Wraps the organization's keys under the root of today where another wrapped them; answers how many. */
  async wrapAnew(organizationId: number): Promise<number> {
    const place = placeOfOrganizationKey(organizationId);
    const { wrapped } = await this.reload(organizationId);
    const stale = [...wrapped].filter(([, text]) => !this.root.isCurrent(text));
    for (const [version, text] of stale) {
      const record = () => this.recordUse({ organizationId, version, reason: 'rotation of the root key' });
      const anew = await this.root.wrap(await this.root.unwrap(text, place, record), place);
      await this.store.replace(organizationId, { version, wrapped: text }, anew);
    }
    if (stale.length > 0) await this.reload(organizationId);
    return stale.length;
  }

  private async sealBytes(organizationId: number, content: string | Buffer, place: string): Promise<string> {
    const { current, wrapped } = await this.list(organizationId);
    const key = await this.openKey(organizationId, current, wrapped.get(current) as string);
    return sealEnvelope(key, current, content, place);
  }

  private async keyFor(organizationId: number, envelope: string): Promise<Buffer> {
    const version = envelopeVersion(envelope);
    let list = await this.list(organizationId);
    if (version > list.current) list = await this.reload(organizationId);
    const wrapped = list.wrapped.get(version);
    if (!wrapped) throw new EnvelopeError('The key of this envelope no longer exists');
    return this.openKey(organizationId, version, wrapped);
  }

  /** The list as it is known; read again beside the work when it is old, and before it when it is too old. */
  private async list(organizationId: number): Promise<OrganizationKeys> {
    const known = this.lists.get(organizationId);
    const age = known ? this.now() - known.readAt : Infinity;
    if (!known || age >= 2 * this.refreshMs) return this.reload(organizationId);
    if (age >= this.refreshMs) this.reload(organizationId).catch(() => undefined);
    return known;
  }

  private reload(organizationId: number): Promise<OrganizationKeys> {
    const underway = this.loading.get(organizationId);
    if (underway) return underway;
    const loading = this.load(organizationId).finally(() => this.loading.delete(organizationId));
    this.loading.set(organizationId, loading);
    return loading;
  }

  private async load(organizationId: number): Promise<OrganizationKeys> {
    const readAt = this.now();
    let keys = await this.store.load(organizationId);
    if (keys.length === 0) {
      await this.store.create(organizationId, { version: 1, wrapped: await this.wrapNew(organizationId) });
      keys = await this.store.load(organizationId);
    }
    const wrapped = new Map(keys.map((key) => [key.version, key.wrapped]));
    for (const version of this.lists.get(organizationId)?.wrapped.keys() ?? [])
      if (!wrapped.has(version)) this.opened.delete(`${organizationId}/${version}`);
    const list = { readAt, current: Math.max(...wrapped.keys()), wrapped };
    this.lists.set(organizationId, list);
    return list;
  }

  private openKey(organizationId: number, version: number, wrapped: string): Promise<Buffer> {
    const name = `${organizationId}/${version}`;
    const held = this.opened.get(name);
    if (held && this.now() - held.openedAt < this.holdMs) return held.key;
    const record = () => this.recordUse({ organizationId, version, reason: 'use' });
    const key = this.root.unwrap(wrapped, placeOfOrganizationKey(organizationId), record);
    const opening = { openedAt: this.now(), key };
    this.opened.set(name, opening);
    key.catch(() => {
      if (this.opened.get(name) === opening) this.opened.delete(name);
    });
    return key;
  }

  private wrapNew(organizationId: number): Promise<string> {
    return this.root.newKey(placeOfOrganizationKey(organizationId));
  }
}
