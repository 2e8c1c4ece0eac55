/** The day of a moment, as YYYY-MM-DD in UTC: days of insurance and of caregivers are the same for every clinic. */
export const dayOf = (moment: Date): string => moment.toISOString().slice(0, 10);
