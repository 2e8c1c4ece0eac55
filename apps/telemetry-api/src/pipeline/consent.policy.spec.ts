import { CONSENT_LEVELS, EVENT_CLASSES, type ConsentLevel, type EventClass } from '@restartix/contracts';
import { effectiveConsent, mayStore, mayTie } from './consent.policy';

/** Level → classes of events it lets in. Written out, so that a change of the ladder is seen here. */
const OFF_THE_LADDER: EventClass[] = ['api_metric', 'staff_metric'];
const LADDER: [ConsentLevel, EventClass[]][] = [
  [0, []],
  [1, ['error']],
  [2, ['error', 'analytics', 'media']],
  [3, ['error', 'analytics', 'media', 'pose']],
];

it.each(LADDER)('level %i lets in %j and nothing else', (level, allowed) => {
  expect(EVENT_CLASSES.filter((eventClass) => mayStore(eventClass, level))).toEqual([
    ...allowed,
    ...OFF_THE_LADDER,
  ]);
});

it('ties rows to a person from level 2 on', () => {
  expect(CONSENT_LEVELS.map(mayTie)).toEqual([false, false, true, true]);
});

it('lowers the level of a batch without a user to 0 and raises none', () => {
  for (const consent_level of CONSENT_LEVELS) {
    expect(effectiveConsent({ consent_level, user_id: null })).toBe(0);
    expect(effectiveConsent({ consent_level, user_id: 'u' })).toBe(consent_level);
  }
});

it('lowers it to 0 in an excluded network, and to what the person went down to since; never up', () => {
  for (const consent_level of CONSENT_LEVELS) {
    const batch = { consent_level, user_id: 'u' };
    expect(effectiveConsent(batch, { isExcluded: true })).toBe(0);
    for (const withdrawnTo of CONSENT_LEVELS) {
      expect(effectiveConsent(batch, { isExcluded: false, withdrawnTo })).toBe(
        Math.min(consent_level, withdrawnTo),
      );
    }
  }
});
