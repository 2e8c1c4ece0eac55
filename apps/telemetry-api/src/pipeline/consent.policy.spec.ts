import { CONSENT_LEVELS, type ConsentLevel, type EventClass } from '@restartix/contracts';
import { effectiveConsent, mayStore, mayTie } from './consent.policy';

/** Level → classes of events it lets in. Written out, so that a change of the ladder is seen here. */
const LADDER: [ConsentLevel, EventClass[]][] = [
  [0, []],
  [1, ['error']],
  [2, ['error', 'analytics', 'media', 'api_metric']],
  [3, ['error', 'analytics', 'media', 'api_metric', 'pose']],
];
const CLASSES: EventClass[] = ['error', 'analytics', 'media', 'api_metric', 'pose'];

it.each(LADDER)('level %i lets in %j and nothing else', (level, allowed) => {
  expect(CLASSES.filter((eventClass) => mayStore(eventClass, level))).toEqual(allowed);
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
