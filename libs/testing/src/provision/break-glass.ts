import { ask, type Desk } from './scheduling';

/** Records of patients not in the specialist's care, opened in a session that nothing else uses. */
export interface ProvisionedBreakGlass {
  /** Open for an hour. */
  toClose: string[];
  /** Closed. */
  toReview: string[];
}

/** The first of the patients they are opened for: in the second specialist's care. */
const FIRST = 18;

/** Opens so many records of each kind as the specialist whose token is given; none unless they are asked for. */
export async function provisionBreakGlass(desk: Desk, specialist: string): Promise<ProvisionedBreakGlass> {
  const opener: Desk = { ...desk, tokens: { ...desk.tokens, specialist } };
  const path = '/v1/break-glass';
  const open = async (patient_id: string) => {
    const body = { patient_id, purpose: 'emergency', reason: 'Seen without an appointment', minutes: 60 };
    return (await ask<{ id: string }>(opener, 'specialist', 'POST', path, body)).id;
  };
  const opened: ProvisionedBreakGlass = { toClose: [], toReview: [] };
  const openBoth = async (patient: string) => {
    const looked = await open(patient);
    await ask(opener, 'specialist', 'POST', `${path}/${looked}/close`);
    opened.toReview.push(looked);
    opened.toClose.push(await open(patient));
  };
  await Promise.all(desk.patients.slice(FIRST, FIRST + (desk.appointments ?? 0)).map(openBoth));
  return opened;
}
