/** An object of JSON. */
export type Line = Record<string, unknown>;

/**
 * What is wrong with an entry: `form` (not the line it should be), `note` (not signed by a pinned key, or no
 * checkpoint), `place` (missing, repeated or out of order), `event` (not what was recorded), `organization` (of
 * another log), `proof` (not under the signed root), `end` (the tail is missing).
 */
export type Fault = 'form' | 'note' | 'place' | 'event' | 'organization' | 'proof' | 'end';

/** The verdict of a verifier, one line of JSON for machines. */
export type Verdict =
  | { ok: true; origin: string; size: number; checked: number }
  | { ok: false; fault: Fault; leaf_index: number | null; event_id: string | null };

/** Found while reading; becomes the verdict. */
export class Finding extends Error {
  constructor(
    readonly fault: Fault,
    readonly leafIndex: number | null = null,
    readonly eventId: string | null = null,
  ) {
    super(fault);
  }

  get verdict(): Verdict {
    return { ok: false, fault: this.fault, leaf_index: this.leafIndex, event_id: this.eventId };
  }
}
