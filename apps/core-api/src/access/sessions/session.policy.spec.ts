import { loadConfig, VARIABLES } from '@restartix/config';
import { ROLES, type Role } from '@restartix/contracts';
import type { Session } from '@restartix/tenancy';
import { HOURS, MINUTES, SpecClock } from '@restartix/testing';
import type { CoreConfig } from '../../core.config';
import { sessionRules } from './session-rules';
import { refusalOf } from './session.policy';

/** The rules as they are when nobody configures any. */
const RULES = sessionRules(loadConfig(VARIABLES.sessions, {}) as CoreConfig);

describe('the policy of sessions', () => {
  let clock: SpecClock;
  let session: Session;

  beforeEach(() => {
    clock = new SpecClock();
    const now = clock.now();
    session = {
      id: '01900000-0000-7000-8000-000000000001',
      startedAt: now,
      lastActiveAt: now,
      authenticatedAt: now,
      mfaAt: null,
      factors: [],
      ended: null,
      isSuperadmin: false,
    };
  });

  /** A request of the session; one that passes keeps it alive. */
  const use = (role: Role, isHealthData = false) => {
    const refusal = refusalOf(session, { role, isHealthData, now: clock.now() }, RULES);
    if (!refusal) session = { ...session, lastActiveAt: clock.now() };
    return refusal;
  };
  /** Uses it every 14 minutes; answers the hours after which it was refused, and why. */
  const drive = (role: Role, hours: number) => {
    for (let at = 0; at < hours * HOURS; at += 14 * MINUTES) {
      clock.advance(14 * MINUTES);
      const refusal = use(role);
      if (refusal) return { refusal, hours: (clock.now().getTime() - session.startedAt.getTime()) / HOURS };
    }
    return 'alive';
  };

  it.each(ROLES)('is over for %s when it was not used for 15 minutes, to the millisecond', (role) => {
    clock.advance(15 * MINUTES - 1);
    expect(use(role)).toBeNull();
    clock.advance(15 * MINUTES - 1);
    expect(use(role)).toBeNull();
    clock.advance(15 * MINUTES);
    expect(use(role)).toBe('session_idle');
  });

  it('goes on for a patient who keeps using it, past 25 hours', () => {
    expect(drive('patient', 30)).toBe('alive');
  });

  it('is over for a patient a day after the last use, whatever counts as idle', () => {
    const rules = { ...RULES, idle: 48 * HOURS };
    const at = (ms: number) =>
      refusalOf(
        session,
        { role: 'patient', isHealthData: false, now: new Date(session.startedAt.getTime() + ms) },
        rules,
      );
    expect(at(24 * HOURS - 1)).toBeNull();
    expect(at(24 * HOURS)).toBe('session_expired');
  });

  it.each([
    ['specialist', 8],
    ['assistant', 8],
    ['org_admin', 4],
    ['compliance', 4],
    ['superadmin', 4],
  ] as const)('stops for %s after %d hours, however busy', (role, hours) => {
    const end = drive(role, 30);
    expect(end).toMatchObject({ refusal: 'session_expired' });
    expect((end as { hours: number }).hours).toBeGreaterThanOrEqual(hours);
    expect((end as { hours: number }).hours).toBeLessThan(hours + 14 / 60);
  });

  it.each([
    ['specialist', 8],
    ['org_admin', 4],
  ] as const)('lets %s in until the last millisecond of %d hours', (role, hours) => {
    clock.advance(hours * HOURS - 1);
    session = { ...session, lastActiveAt: clock.now() };
    expect(use(role)).toBeNull();
    clock.advance(1);
    expect(use(role)).toBe('session_expired');
  });

  it('holds a superadmin to four hours in every role of an organization', () => {
    session = { ...session, isSuperadmin: true };
    expect(drive('patient', 30)).toMatchObject({ refusal: 'session_expired', hours: 4.2 });
  });

  it.each(['specialist', 'assistant'] as const)(
    'asks %s to prove it once more for health data after 15 minutes, and for nothing else',
    (role) => {
      clock.advance(14 * MINUTES);
      expect(use(role, true)).toBeNull();
      clock.advance(MINUTES - 1);
      expect(use(role, true)).toBeNull();
      clock.advance(1);
      expect(use(role, true)).toBe('reauth_required');
      expect(use(role)).toBeNull();
      session = { ...session, authenticatedAt: clock.now() };
      expect(use(role, true)).toBeNull();
    },
  );

  it.each(['patient', 'org_admin', 'compliance'] as const)('does not ask %s for it', (role) => {
    session = { ...session, authenticatedAt: new Date(0) };
    expect(use(role, true)).toBeNull();
  });

  it.each([
    ['revoked', 'session_revoked'],
    ['signed_out', 'session_revoked'],
    ['limit', 'session_revoked'],
    ['provider', 'session_revoked'],
    ['idle', 'session_idle'],
    ['expired', 'session_expired'],
  ] as const)('says of a session that was ended (%s) always the same: %s', (ended, refusal) => {
    session = { ...session, ended };
    expect(use('patient')).toBe(refusal);
    clock.advance(30 * HOURS);
    expect(use('patient')).toBe(refusal);
  });
});
