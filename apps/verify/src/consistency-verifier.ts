import type { KeyObject } from 'node:crypto';
import { verifyConsistency } from '@restartix/crypto';
import { openPinned } from './export-verifier';
import { Finding, type Verdict } from './verdict';

/**
 * Checks that the log of a later note goes on from that of an earlier one, by the hashes of a consistency proof
 * (hexadecimal). Both must be signed by a pinned key and be of one log.
 */
export function verifyNotes(
  notes: { earlier: string; later: string },
  proof: readonly string[],
  pinned: readonly KeyObject[],
): Verdict {
  try {
    const earlier = openPinned(notes.earlier, pinned);
    const later = openPinned(notes.later, pinned);
    if (earlier.origin !== later.origin) throw new Finding('organization');
    const hashes = proof.map((hash) => Buffer.from(hash, 'hex'));
    if (!verifyConsistency(earlier, later, hashes)) throw new Finding('proof', earlier.size);
    return { ok: true, origin: later.origin, size: later.size, checked: earlier.size };
  } catch (error) {
    if (error instanceof Finding) return error.verdict;
    throw error;
  }
}
