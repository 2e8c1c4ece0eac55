import type { StepUpPurpose } from '@restartix/contracts';
import { deriveKey, signText, verifyText } from '@restartix/crypto';

/** What a second factor was shown for, by whom, how, and until when that counts. */
export interface ProvenStepUp {
  userId: string;
  sessionId: string;
  purpose: StepUpPurpose;
  factors: readonly string[];
  expiresAt: Date;
}

type Payload = [
  userId: string,
  sessionId: string,
  purpose: StepUpPurpose,
  factors: string[],
  expiresAt: number,
];

/** Proofs that a client hands back to us: signed, and good for one user, session and purpose until they expire. */
export class StepUpProofs {
  private readonly key: Buffer;

  constructor(
    root: Buffer,
    /** How long a proof counts, and how old the identity provider's word may be that stands for one. */
    readonly lifetimeMs: number,
  ) {
    this.key = deriveKey(root, 'step-up proof');
  }

  sign({ userId, sessionId, purpose, factors, expiresAt }: ProvenStepUp): string {
    const payload: Payload = [userId, sessionId, purpose, [...factors], expiresAt.getTime()];
    return signText(this.key, JSON.stringify(payload));
  }

  /** What a proof says; null when it is not ours, somebody else's, another session's, or expired. */
  read(proof: string, who: { userId: string; sessionId: string }, now: Date): ProvenStepUp | null {
    const text = verifyText(this.key, proof);
    if (text === null) return null;
    const [userId, sessionId, purpose, factors, expiresAt] = JSON.parse(text) as Payload;
    const isTheirs = userId === who.userId && sessionId === who.sessionId;
    if (!isTheirs || expiresAt <= now.getTime()) return null;
    return { userId, sessionId, purpose, factors, expiresAt: new Date(expiresAt) };
  }
}
