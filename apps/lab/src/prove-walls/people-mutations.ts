import type { Mutation } from './mutation';

const CLAIMS = 'apps/core-api/src/people/claims';
const CLAIMS_MIGRATION = 'migrations/core/1763690200000-create-patient-claims.ts';
const PROFILES_MIGRATION = 'migrations/core/1763690100000-open-portable-profiles.ts';

/** Walls around a person: whose the portable profile is, and who becomes the owner of a record. */
export const PEOPLE_MUTATIONS: readonly Mutation[] = [
  {
    what: 'one policy: a portable profile is shown only where it is shared',
    edits: [
      {
        file: PROFILES_MIGRATION,
        find: 'p.patient_person_id = patient_persons.id and p.profile_shared and p.deleted_at is null',
        replace: 'p.patient_person_id = patient_persons.id and p.deleted_at is null',
      },
    ],
    specs: ['migrations/core/profiles.spec.ts'],
    noticedBy: /is shown to no organization before the person shares it/,
  },
  {
    what: 'one policy: whoever acts as a patient is shown no portable profile',
    edits: [
      {
        file: PROFILES_MIGRATION,
        find: `for select to core_app using (
  user_id = (select current_app_user_id()) and (select current_app_is_oneself()))`,
        replace: 'for select to core_app using (user_id = (select current_app_user_id()))',
      },
    ],
    specs: ['migrations/core/profiles.spec.ts'],
    noticedBy: /to no staff who act as the owner$/,
  },
  {
    what: 'one rule of claims: the date of birth is not asked',
    edits: [
      {
        file: `${CLAIMS}/claim.policy.ts`,
        find: "  if (!isDateRight) return 'claim_invalid';\n",
        replace: '',
      },
    ],
    specs: [`${CLAIMS}/claim.policy.spec.ts`],
    noticedBy: /says nothing of itself to who does not know the date of birth$/,
  },
  {
    what: 'one policy: a specialist sends codes to patients in care',
    edits: [{ file: CLAIMS_MIGRATION, find: '`${BY_ONESELF} and ${IN_CARE}`', replace: 'BY_ONESELF' }],
    specs: ['migrations/core/claims.spec.ts'],
    noticedBy: /are issued by the desk and by who cares for the patient, in their own name$/,
  },
];
