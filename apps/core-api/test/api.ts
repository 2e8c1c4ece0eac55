import type { AuditLogEntry } from '@restartix/contracts';
import type { Platform, ProvisionedOrganization } from '@restartix/testing';
import request, { type Response, type Test } from 'supertest';

type Method = 'get' | 'post' | 'patch' | 'put' | 'delete';

/** A caller of core-api with one token, or none. */
export class Caller {
  constructor(
    private readonly coreApi: string,
    private readonly token?: string,
  ) {}

  /** A request, not yet sent. */
  to(method: Method, path: string): Test {
    const test = request(this.coreApi)[method](path);
    return this.token ? test.set('authorization', `Bearer ${this.token}`) : test;
  }

  get(path: string): Test {
    return this.to('get', path);
  }

  post(path: string, body: object): Test {
    return this.to('post', path).send(body);
  }

  patch(path: string, body: object): Test {
    return this.to('patch', path).send(body);
  }
}

export const caller = (platform: Platform, token?: string): Caller => new Caller(platform.coreApi, token);

const DEADLINE_MS = 10_000;
const PAUSE_MS = 50;

/** Asks again until the answer is wanted; fails with the last answer after a stated deadline. */
export async function eventually<T>(
  ask: () => Promise<T>,
  isWanted: (answer: T) => boolean,
  deadlineMs: number = DEADLINE_MS,
): Promise<T> {
  const until = Date.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (Date.now() > until)
      throw new Error(`Not within ${deadlineMs} ms; last answer: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** The id every answer carries. */
export const requestId = (response: Response): string => response.headers['x-request-id'] as string;

/** The events one request left in the trail, once there are as many as expected. */
export async function eventsOf(compliance: Caller, id: string, expected: number): Promise<AuditLogEntry[]> {
  const find = async () =>
    (
      (await compliance.get(`/v1/audit-logs?request_id=${id}&page_size=100`)).body as {
        data?: AuditLogEntry[];
      }
    ).data ?? [];
  return eventually(find, (entries) => entries.length >= expected);
}

/** The id of the newest event in an organization's trail, once there is one. */
export async function newestEventOf(
  platform: Platform,
  { tokens }: ProvisionedOrganization,
): Promise<string> {
  const compliance = caller(platform, tokens.compliance);
  const newest = async () =>
    (await compliance.get('/v1/audit-logs?page_size=1')).body as { data?: AuditLogEntry[] };
  const { data } = await eventually(newest, (page) => page.data?.length === 1);
  return data![0]!.event_id;
}

/** The id of an exercise session that the patient of an organization has just begun. */
export async function openSession(
  platform: Platform,
  { tokens }: Platform['organizations'][number],
): Promise<string> {
  const answer = await caller(platform, tokens.patient).post('/v1/exercise-sessions', {}).expect(201);
  return (answer.body as { data: { id: string } }).data.id;
}
