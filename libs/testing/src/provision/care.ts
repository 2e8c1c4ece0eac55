import { ask, type Desk } from './scheduling';

/** Care relationships that can be changed once, so many of each kind: planned far ahead, they open nothing. */
export interface ProvisionedCare {
  toClose: string[];
  toHandOver: string[];
}

/** The first of the patients whose only care is planned; those before it keep the specialist who registered them. */
const FIRST = 14;

/** Plans care of the first specialist for patients whom the second has cared for; none unless so many are asked for. */
export async function provisionCare(
  desk: Desk,
  [specialist_id, before]: readonly [string, string],
): Promise<ProvisionedCare> {
  const admin = <T>(method: string, path: string, body?: object) =>
    ask<T>(desk, 'org_admin', method, path, body);
  const path = '/v1/care-relationships';
  const plan = async (patient_id: string, years: number) => {
    const year = new Date().getUTCFullYear() + years;
    const period = { opened_at: `${year}-02-01T00:00:00Z`, expires_at: `${year}-03-01T00:00:00Z` };
    return (await admin<{ id: string }>('POST', path, { patient_id, specialist_id, ...period })).id;
  };
  const planned: ProvisionedCare = { toClose: [], toHandOver: [] };
  const provisionOne = async (patient: string) => {
    const open = await admin<{ id: string }[]>(
      'GET',
      `${path}?patient_id=${patient}&specialist_id=${before}`,
    );
    for (const { id } of open) await admin('POST', `${path}/${id}/close`);
    planned.toClose.push(await plan(patient, 2));
    planned.toHandOver.push(await plan(patient, 3));
  };
  await Promise.all(desk.patients.slice(FIRST, FIRST + (desk.appointments ?? 0)).map(provisionOne));
  return planned;
}
