import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { openCheckpoint, signCheckpoint, type TreeHead } from '@restartix/crypto';
import { TELEMETRY_CONFIG } from '../platform/tokens';
import type { TelemetryConfig } from '../telemetry.config';

const PEM = /-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g;

/** Signs the checkpoints of every organization's log. Its key is in the environment and never in the database. */
@Injectable()
export class CheckpointSigner {
  private readonly privateKey: KeyObject;
  private readonly pinned: KeyObject[];
  private readonly name: string;

  constructor(@Inject(TELEMETRY_CONFIG) config: TelemetryConfig) {
    this.privateKey = createPrivateKey(config.AUDIT_SIGNING_KEY.reveal());
    const earlier = config.AUDIT_EARLIER_KEYS?.match(PEM) ?? [];
    this.pinned = [this.privateKey, ...earlier].map((key) => createPublicKey(key));
    this.name = config.AUDIT_LOG_NAME;
    this.sign(0, { size: 0, root: Buffer.alloc(32) }); // a key of another kind, or a bad name, fails the start
  }

  /** The signed note of a tree head. */
  sign(organizationId: number, head: TreeHead): string {
    return signCheckpoint({ origin: this.origin(organizationId), ...head }, this.privateKey);
  }

  /** Whether a note says this tree head of this log and was signed with the key in use or one before it. */
  signed(note: string, organizationId: number, { size, root }: TreeHead): boolean {
    try {
      const said = openCheckpoint(note, this.pinned);
      return said.origin === this.origin(organizationId) && said.size === size && said.root.equals(root);
    } catch {
      return false;
    }
  }

  private origin(organizationId: number): string {
    return `${this.name}/${organizationId}`;
  }
}
