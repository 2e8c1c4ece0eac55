import { APPOINTMENT_STATUSES, ROLES, type AppointmentStatus } from '@restartix/contracts';
import fc from 'fast-check';
import { assertTransition, isOpen, TRANSITIONS } from './appointment.policy';

const START = new Date('2026-07-01T09:00Z');
const AFTER = new Date('2026-07-01T09:20Z');

const outcome = (
  step: Omit<Parameters<typeof assertTransition>[0], 'startsAt' | 'now'>,
  now = AFTER,
): string => {
  try {
    assertTransition({ ...step, startsAt: START, now });
    return 'ok';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('the states of an appointment', () => {
  const ENDS: AppointmentStatus[] = ['done', 'cancelled', 'noshow'];

  it('end where they end, and no walk leaves one of them or comes to one twice', () => {
    const walk = fc.array(fc.tuple(fc.constantFrom(...APPOINTMENT_STATUSES), fc.constantFrom(...ROLES)));
    fc.assert(
      fc.property(walk, (steps) => {
        let status: AppointmentStatus = 'booked';
        const seen: AppointmentStatus[] = [status];
        for (const [to, role] of steps) {
          const said = outcome({ from: status, to, role });
          expect(said).toBe(
            !TRANSITIONS[status][to]
              ? 'transition_not_allowed'
              : TRANSITIONS[status][to]?.includes(role)
                ? 'ok'
                : 'forbidden',
          );
          if (said !== 'ok') continue;
          expect(ENDS).not.toContain(status);
          expect(seen).not.toContain(to);
          seen.push((status = to));
        }
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it('reach done on the main path only with a specialist', () => {
    const path: AppointmentStatus[] = ['booked', 'upcoming', 'confirmed', 'checked_in', 'inprogress', 'done'];
    for (let step = 1; step < path.length; step += 1)
      expect(outcome({ from: path[step - 1]!, to: path[step]!, role: 'specialist' })).toBe('ok');
    for (const role of ['patient', 'assistant', 'org_admin', 'compliance'] as const)
      expect(outcome({ from: 'inprogress', to: 'done', role })).toBe('forbidden');
  });

  it('let nobody be missed before the time has come', () => {
    const step = { from: 'upcoming', to: 'noshow', role: 'assistant' } as const;
    expect(outcome(step, new Date(START.getTime() - 1))).toBe('transition_not_allowed');
    expect(outcome(step, START)).toBe('ok');
    expect(outcome({ ...step, role: 'patient' })).toBe('forbidden');
  });

  it('let a time be changed while it is to come', () => {
    expect(APPOINTMENT_STATUSES.filter(isOpen)).toEqual(['booked', 'upcoming', 'confirmed']);
  });
});
