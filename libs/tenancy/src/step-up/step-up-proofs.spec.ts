import { StepUpProofs, type ProvenStepUp } from './step-up-proofs';

const now = new Date('2026-01-01T00:00:00Z');
const who = { userId: 'ana', sessionId: 'session-1' };
const proven: ProvenStepUp = {
  ...who,
  purpose: 'break_glass',
  factors: ['otp'],
  expiresAt: new Date(now.getTime() + 300_000),
};

describe('a proof of a second factor', () => {
  const proofs = new StepUpProofs(Buffer.alloc(32, 1), 300_000);
  const proof = proofs.sign(proven);

  it('says who showed which factor for what, until it expires', () => {
    expect(proofs.read(proof, who, now)).toEqual(proven);
    expect(proofs.read(proof, who, new Date(proven.expiresAt.getTime() - 1))).toEqual(proven);
    expect(proofs.read(proof, who, proven.expiresAt)).toBeNull();
  });

  it('is nothing for another user, another session, or under another key', () => {
    expect(proofs.read(proof, { ...who, userId: 'ion' }, now)).toBeNull();
    expect(proofs.read(proof, { ...who, sessionId: 'session-2' }, now)).toBeNull();
    expect(new StepUpProofs(Buffer.alloc(32, 2), 300_000).read(proof, who, now)).toBeNull();
  });

  it.each(['', '.', 'x.y', proof.slice(0, -1), `${proof}a`, proof.replace('.', 'A.')])(
    'is nothing when it was changed: %#',
    (changed) => expect(proofs.read(changed, who, now)).toBeNull(),
  );
});
