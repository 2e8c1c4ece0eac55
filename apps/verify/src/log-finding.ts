/**
 * What is wrong in a stored log or its copy:
 * `note` a checkpoint that no pinned key signed, of another log, size or root, or that is gone; `place` a leaf that is
 * not there; `leaf` one that is another than the copy's; `event` one that is absent, or not what was recorded; `node`
 * an inner node that does not follow from its leaves; `root` leaves that do not lead to the signed root; `stray` a row
 * that no log knows; `unsealed` an entry that no checkpoint covers, where none should wait for one.
 */
export type LogFault = 'note' | 'place' | 'leaf' | 'event' | 'node' | 'root' | 'stray' | 'unsealed';

/** One bad entry, as it is printed: a line of JSON. */
export interface LogFinding {
  where: 'copy' | 'database';
  organization_id: number;
  fault: LogFault;
  leaf_index?: number;
  event_id?: string;
  /** The event that has the place of this one. */
  instead?: string;
  /** What of the event differs from the copy's; names only. */
  fields?: string[];
  /** Places from the first to before the second, where no single entry can be named. */
  leaves?: [number, number];
  /** Size of the checkpoint. */
  size?: number;
}

export type Report = (finding: LogFinding) => void;

/** How far one log was checked. */
export interface LogState {
  organization_id: number;
  /** Leaves of the copy that lead to signed roots. */
  copied: number;
  /** Leaves of the database that were checked. */
  stored: number;
  /** Events whose term has passed and whose rows are gone: the copy proves them. */
  dropped: number;
  /** Leaves of the database that no checkpoint covers yet. */
  unsealed: number;
}

/** The last line of an answer. `first` is the first bad entry that has a name. */
export interface LogVerdict {
  ok: boolean;
  faults: number;
  first: LogFinding | null;
  logs: LogState[];
}
