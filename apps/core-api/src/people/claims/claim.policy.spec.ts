import { newCode, plainCode } from './claim-codes';
import { MOST_WRONG_ANSWERS, refusalOf, type ClaimState } from './claim.policy';

const NOW = new Date('2026-11-29T12:00:00Z');
const at = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const claim = (more: Partial<ClaimState> = {}): ClaimState => ({
  ...{ expires_at: at(1), wrong_answers: 0, replaced_at: null, used_at: null },
  ...more,
});

describe('a code that claims a record', () => {
  it('is good until it is used, replaced, too old or answered wrongly too often', () => {
    expect(refusalOf(claim(), true, NOW)).toBeUndefined();
    expect(refusalOf(claim({ expires_at: NOW }), true, NOW)).toBe('claim_expired');
    expect(refusalOf(claim({ replaced_at: at(-1) }), true, NOW)).toBe('claim_expired');
    expect(refusalOf(claim({ used_at: at(-1), expires_at: NOW }), true, NOW)).toBe('claim_used');
    expect(refusalOf(claim({ wrong_answers: MOST_WRONG_ANSWERS - 1 }), true, NOW)).toBeUndefined();
    expect(refusalOf(claim({ wrong_answers: MOST_WRONG_ANSWERS }), true, NOW)).toBe('claim_locked');
  });

  it('says nothing of itself to who does not know the date of birth', () => {
    for (const state of [
      claim(),
      claim({ used_at: NOW }),
      claim({ replaced_at: NOW }),
      claim({ expires_at: NOW }),
    ])
      expect(refusalOf(state, false, NOW)).toBe('claim_invalid');
  });

  it('is twelve characters that none takes for another, and the same in every spelling', () => {
    for (let round = 0; round < 200; round += 1) {
      const code = newCode();
      expect(code).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}$/);
      expect(plainCode(` ${code.toLowerCase().replaceAll('-', ' ')}`)).toBe(code.replaceAll('-', ''));
    }
    expect(plainCode('oOiI-lL00-1111')).toBe('001111001111');
    expect(new Set(Array.from({ length: 1000 }, newCode)).size).toBe(1000);
  });
});
