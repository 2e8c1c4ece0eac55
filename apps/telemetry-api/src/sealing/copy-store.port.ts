import type { CopyName } from '../integrity/proofs.service';

/** What is written of one leaf outside of the database. */
export interface CopiedLeaf {
  leaf_index: number;
  leaf_hash: string;
  event_id: string;
  /** Canonical text of the event; null when its row no longer gives this hash. */
  event: string | null;
}

/** How far a log's copy goes: leaves, and the size of the last checkpoint written after them. */
export interface CopyPosition {
  leaves: number;
  checkpoint: number;
}

/** A place outside of the database that sealed events go to. Only adds; what it answers for is safe from a crash. */
export abstract class CopyStore {
  abstract readonly name: CopyName;
  abstract position(organizationId: number): Promise<CopyPosition>;
  /** Adds leaves that follow the ones it has. */
  abstract addLeaves(organizationId: number, leaves: readonly CopiedLeaf[]): Promise<void>;
  abstract addCheckpoint(organizationId: number, size: number, note: string): Promise<void>;
  /** Lets go of what it holds open. */
  close(): void {
    // nothing, unless a store says otherwise
  }
}

/** Every place the configuration names; none is no copy. */
export const COPY_STORES = Symbol('copy stores');
