import { integer } from './variable';

const A_MONTH = 30 * 24 * 60;
const minutes = (doc: string, value: number) =>
  integer(
    `${doc} A production process takes no larger value than the default.`,
    { min: 1, max: A_MONTH },
    { default: String(value) },
  );

/** How long sessions of each kind of person last (R3, R30). */
export const SESSION_VARIABLES = {
  SESSION_IDLE_MINUTES: minutes('A session ends when it was not used for this long.', 15),
  SESSION_PATIENT_MINUTES: minutes('A session of a patient ends this long after it was last used.', 24 * 60),
  SESSION_SPECIALIST_MINUTES: minutes('Longest session of a specialist or an assistant.', 8 * 60),
  SESSION_ADMIN_MINUTES: minutes('Longest session of an org_admin, compliance or a superadmin.', 4 * 60),
  SESSION_REAUTH_MINUTES: minutes(
    'How long ago a specialist or an assistant may have signed in, to reach health data.',
    15,
  ),
  SESSIONS_PER_USER: integer(
    'Most sessions of one user at a time; one more ends the oldest.',
    { min: 1, max: 100_000 },
    { default: '5' },
  ),
};
