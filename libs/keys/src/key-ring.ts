import { randomBytes } from 'node:crypto';
import {
  EnvelopeError,
  envelopeVersion,
  openEnvelope,
  openEnvelopeBytes,
  sealEnvelope,
} from '@restartix/crypto';
import type { RootKey } from './root-key';

export interface WrappedKey {
  version: number;
  wrapped: string;
}

/** Where the wrapped keys of organizations are kept. */
export interface OrganizationKeyStore {
  load(organizationId: number): Promise<WrappedKey[]>;
  /** Keeps the key unless that version already exists. */
  create(organizationId: number, key: WrappedKey): Promise<void>;
}

/** Called once for every organization key that was opened; a failure here keeps the key closed. */
export type RecordKeyUse = (use: { organizationId: number; version: number }) => Promise<void>;

/** Key of one organization: every version opens, the newest seals. */
interface OrganizationKey {
  current: number;
  versions: Map<number, Buffer>;
}

const KEY_BYTES = 32;

const placeOfOrganizationKey = (organizationId: number) => `organization-key:${organizationId}`;

/**
 * The keys under the root: root → organization → data key of one person. Organization keys are opened once per
 * process, each time recorded; data keys are opened per use and never kept.
 */
export class KeyRing {
  private readonly organizations = new Map<number, Promise<OrganizationKey>>();

  constructor(
    private readonly root: RootKey,
    private readonly store: OrganizationKeyStore,
    private readonly recordUse: RecordKeyUse,
  ) {}

  /** Seals text under the organization's own key; for columns that belong to no patient. */
  async seal(organizationId: number, plain: string, place: string): Promise<string> {
    const { current, versions } = await this.organization(organizationId);
    return sealEnvelope(versions.get(current) as Buffer, current, plain, place);
  }

  /** Opens text of {@link seal}; throws EnvelopeError. */
  async open(organizationId: number, envelope: string, place: string): Promise<string> {
    return openEnvelope(await this.versionFor(organizationId, envelope), envelope, place);
  }

  /** A new data key and its wrapped form. */
  async newDataKey(organizationId: number, place: string): Promise<{ key: Buffer; wrapped: string }> {
    const { current, versions } = await this.organization(organizationId);
    const key = randomBytes(KEY_BYTES);
    return { key, wrapped: sealEnvelope(versions.get(current) as Buffer, current, key, place) };
  }

  /** Opens a wrapped data key; throws EnvelopeError. */
  async dataKey(organizationId: number, wrapped: string, place: string): Promise<Buffer> {
    return openEnvelopeBytes(await this.versionFor(organizationId, wrapped), wrapped, place);
  }

  private async versionFor(organizationId: number, envelope: string): Promise<Buffer> {
    const version = envelopeVersion(envelope);
    const key = (await this.organization(organizationId)).versions.get(version);
    if (!key) throw new EnvelopeError('The key of this envelope no longer exists');
    return key;
  }

  private organization(organizationId: number): Promise<OrganizationKey> {
    let key = this.organizations.get(organizationId);
    if (!key) {
      key = this.load(organizationId);
      this.organizations.set(organizationId, key);
      key.catch(() => this.organizations.delete(organizationId));
    }
    return key;
  }

  private async load(organizationId: number): Promise<OrganizationKey> {
    const place = placeOfOrganizationKey(organizationId);
    let wrapped = await this.store.load(organizationId);
    if (wrapped.length === 0) {
      await this.store.create(organizationId, {
        version: 1,
        wrapped: await this.root.wrap(randomBytes(KEY_BYTES), place),
      });
      wrapped = await this.store.load(organizationId);
    }
    const versions = new Map<number, Buffer>();
    for (const key of wrapped) {
      await this.recordUse({ organizationId, version: key.version });
      versions.set(key.version, await this.root.unwrap(key.wrapped, place));
    }
    return { current: Math.max(...versions.keys()), versions };
  }
}
