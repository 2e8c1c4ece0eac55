import type { Platform, ProvisionedOrganization } from '@restartix/testing';
import { caller } from '../api';

/** Coverages and caregivers of the first patient: one to change, and as many to end as examples use up. */
export interface RecordThings {
  coverage: string;
  coveragesToEnd: string[];
  caregiver: string;
  caregiversToEnd: string[];
  /** A record that has no owner. */
  unclaimed: string;
}

/** Enters what the examples of a patient's record name; each coverage in a year of its own, far behind. */
export async function recordThingsOf(
  platform: Pick<Platform, 'coreApi'>,
  { patients, tokens }: Pick<ProvisionedOrganization, 'patients' | 'tokens'>,
  count: number,
): Promise<RecordThings> {
  const specialist = caller(platform as Platform, tokens.specialist);
  const enter = async (list: string, body: object): Promise<string> => {
    const answer = await specialist.post(`/v1/patients/${patients[0]}/${list}`, body).expect(201);
    return (answer.body as { data: { id: string } }).data.id;
  };
  const cover = (year: number) =>
    enter('coverages', {
      ...{ kind: 'state', payer: 'CNAS', member_id: `RO${year}`, order: 9 },
      ...{ valid_from: `${year}-01-01`, valid_until: `${year}-12-31` },
    });
  const caregiver = () =>
    enter('caregivers', { name: 'Named by examples', relationship: 'child', valid_from: '2026-01-01' });
  const register = async (): Promise<string> => {
    const body = { first_name: 'Named', last_name: 'By Examples', email: 'unclaimed@example.org' };
    const answer = await caller(platform as Platform, tokens.assistant)
      .post('/v1/patients', body)
      .expect(201);
    return (answer.body as { data: { id: string } }).data.id;
  };
  const many = (make: (number: number) => Promise<string>) =>
    Promise.all(Array.from({ length: count }, (_, number) => make(number)));
  return {
    coverage: await cover(1950),
    coveragesToEnd: await many((number) => cover(1951 + number)),
    caregiver: await caregiver(),
    caregiversToEnd: await many(caregiver),
    unclaimed: await register(),
  };
}
