import type { AppointmentStatus, Role } from '@restartix/contracts';
import { DomainError, forbidden } from '@restartix/errors';

const DESK: readonly Role[] = ['assistant', 'org_admin'];
const STAFF: readonly Role[] = ['specialist', ...DESK];
const ANYONE: readonly Role[] = ['patient', ...STAFF];
const SPECIALIST: readonly Role[] = ['specialist'];
/** Offers that nobody took. */
const SYSTEM: readonly Role[] = ['system'];

type Steps = Readonly<Partial<Record<AppointmentStatus, readonly Role[]>>>;

/** The machine of decision R19: from → to → who may. What is absent is not possible. */
export const TRANSITIONS: Readonly<Record<AppointmentStatus, Steps>> = {
  booked: { upcoming: [...STAFF, 'patient'], cancelled: [...ANYONE, ...SYSTEM] },
  upcoming: { confirmed: ANYONE, checked_in: ANYONE, cancelled: ANYONE, noshow: STAFF },
  confirmed: { checked_in: ANYONE, inprogress: SPECIALIST, cancelled: ANYONE, noshow: STAFF },
  checked_in: { inprogress: SPECIALIST, cancelled: STAFF, noshow: STAFF },
  inprogress: { done: SPECIALIST },
  done: {},
  cancelled: {},
  noshow: {},
};

/** States in which an appointment is still to come: its time may be changed. */
export const isOpen = (status: AppointmentStatus): boolean =>
  ['booked', 'upcoming', 'confirmed'].includes(status);

/** A time that is kept for who is first on the waitlist, until they take it or it is offered to the next. */
export const isOffer = (row: { status: AppointmentStatus; booked_via: string }): boolean =>
  row.status === 'booked' && row.booked_via === 'waitlist';

interface Step {
  from: AppointmentStatus;
  to: AppointmentStatus;
  role: Role;
  startsAt: Date;
  now: Date;
}

/** Throws transition_not_allowed, or forbidden when others may. Nobody has missed what has not begun. */
export function assertTransition({ from, to, role, startsAt, now }: Step): void {
  const roles = TRANSITIONS[from][to];
  if (!roles) throw notAllowed(`An appointment that is ${from} cannot become ${to}.`);
  if (!roles.includes(role)) throw forbidden();
  if (to === 'noshow' && now < startsAt)
    throw notAllowed('An appointment that has not begun was not missed.');
}

export const notAllowed = (detail: string): DomainError =>
  new DomainError('transition_not_allowed', { detail });

/** Why somebody comes is health data: not for the desk (decision R20). */
export const seesReason = (role: Role): boolean => !DESK.includes(role);
