import { startPlatform, type Platform, type ProvisionedOrganization } from '@restartix/testing';
import Redis from 'ioredis';
import { caller } from '../api';
import { exampleOf, send, tokenFor, withThings, type Things } from './examples';
import { closedDoors } from './inventory';

interface Kept {
  key: string;
  text: string;
}

/** Generated from the inventory: what the routes of two organizations leave in Redis, by the builders of keys and jobs. */
describe('what stands in Redis', () => {
  let platform: Platform;
  let organizations: Things[];
  let kept: Kept[];

  beforeAll(async () => {
    platform = await startPlatform();
    organizations = await Promise.all(
      platform.organizations.map((organization) => withThings(platform, organization)),
    );
    const doors = closedDoors();
    await platform.kill('telemetryApi'); // jobs wait, so that they can be seen
    for (const things of organizations) {
      for (const door of doors) {
        const example = exampleOf(door, things);
        await send(caller(platform, tokenFor(platform, things, example)), door, example);
      }
    }
    kept = await readAll();
  }, 180_000);

  afterAll(() => platform?.stop());

  /** Every string, hash, list and set under the platform's prefix. */
  async function readAll(): Promise<Kept[]> {
    const client = new Redis(platform.urls.redisUrl);
    const found: Kept[] = [];
    const { redisPrefix } = platform.urls;
    for await (const keys of client.scanStream({ match: `${redisPrefix}*`, count: 1000 })) {
      for (const key of keys as string[]) {
        const type = await client.type(key);
        const value: unknown =
          type === 'string'
            ? await client.get(key)
            : type === 'hash'
              ? await client.hgetall(key)
              : type === 'list'
                ? await client.lrange(key, 0, -1)
                : type === 'zset'
                  ? await client.zrange(key, 0, -1)
                  : null;
        found.push({ key: key.slice(redisPrefix.length), text: JSON.stringify(value) });
      }
    }
    client.disconnect();
    return found;
  }

  const jobs = () =>
    kept
      .filter(({ key, text }) => key.startsWith('queue:') && text.startsWith('{"') && text.includes('"data"'))
      .map(({ key, text }) => ({ key, data: (JSON.parse(text) as { data: string }).data }));

  /** Ids and addresses that say whose a thing is. */
  const marksOf = ({ patients, users, emails, eventId }: ProvisionedOrganization & { eventId: string }) => [
    ...patients,
    ...Object.values(users),
    ...Object.values(emails),
    eventId,
  ];

  it('is there: counters or sessions, and a job of each organization', () => {
    expect(kept.some(({ key }) => !key.startsWith('queue:'))).toBe(true);
    expect(jobs().length).toBeGreaterThanOrEqual(2);
  });

  it('holds nothing of both organizations in one key or value', () => {
    const [first, second] = organizations.map(marksOf);
    const both = kept.filter(({ key, text }) =>
      [first, second].every((marks) => marks!.some((mark) => `${key} ${text}`.includes(mark))),
    );
    expect(both).toEqual([]);
  });

  it('names no patient and no address, in no key and no job', () => {
    const named = organizations.flatMap(({ patients, emails }) => [...patients, ...Object.values(emails)]);
    const found = kept.filter(({ key, text }) => named.some((mark) => `${key} ${text}`.includes(mark)));
    expect(found).toEqual([]);
  });

  it('says of each job whose it is, and carries nothing else in the open', () => {
    const owners = jobs().map(({ data }) => {
      const { context, ...rest } = JSON.parse(data) as {
        context: { request_id: string; organization_id: number };
        payload: object;
      };
      expect(Object.keys(context).sort()).toEqual(['organization_id', 'request_id']);
      expect(Object.keys(rest)).toEqual(['payload']);
      return context.organization_id;
    });
    expect([...new Set(owners)].sort()).toEqual(organizations.map(({ id }) => id).sort());
  });
});
