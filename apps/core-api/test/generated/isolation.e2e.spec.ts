import { personOf, startPlatform, type Platform } from '@restartix/testing';
import type { Response } from 'supertest';
import { caller, newestEventOf } from '../api';
import { exampleOf, namesAThing, send, USES, type Things } from './examples';
import { closedDoors, type Door } from './inventory';

/** Generated from the inventory of the built application: a new route is covered, or fails for want of an example. */
describe('isolation', () => {
  const doors = closedDoors();
  let platform: Platform;
  let first: Things;
  let second: Things;

  beforeAll(async () => {
    platform = await startPlatform({ appointments: USES });
    [first, second] = (await Promise.all([0, 1].map(withEvent))) as [Things, Things];
  }, 120_000);

  afterAll(() => platform?.stop());

  async function withEvent(index: number): Promise<Things> {
    const organization = platform.organizations[index]!;
    return { ...organization, eventId: await newestEventOf(platform, organization) };
  }

  /** Everything an answer must not hold: ids and addresses of the first organization. */
  function foreignIn(answer: Response): string[] {
    const text = JSON.stringify([answer.body, answer.headers]);
    const known = [
      ...first.patients,
      ...Object.values(first.users),
      ...Object.values(first.emails),
      first.eventId,
    ];
    return known.filter((secret) => text.includes(secret));
  }

  it.each(doors)('$route answers its owner', async (door) => {
    const example = exampleOf(door, first);
    const answer = await send(caller(platform, first.tokens[example.role]), door, example);
    expect(answer.status).toBeGreaterThanOrEqual(200);
    expect(answer.status).toBeLessThan(300);
  });

  it.each(doors)("$route gives another organization's caller nothing", async (door) => {
    const example = exampleOf(door, first);
    const answer = await send(caller(platform, second.tokens[example.role]), door, example);
    if (namesAThing(door) || example.names) expect([403, 404]).toContain(answer.status);
    else expect(answer.status).toBeLessThan(300);
    // What the caller sent may come back; anything else may not.
    const sent = JSON.stringify(example);
    expect(foreignIn(answer).filter((secret) => !sent.includes(secret))).toEqual([]);
  });

  it.each(doors.filter(({ access }) => access !== 'authenticated'))(
    '$route is closed without an organization',
    async (door) => {
      const example = exampleOf(door, first);
      const token = platform.token({ subject: first.subjects[example.role] });
      const answer = await send(caller(platform, token), door, example).expect(403);
      expect(answer.body.code).toBe('organization_required');
    },
  );

  it.each(doors)('$route is closed in an organization the caller is no member of', async (door) => {
    const example = exampleOf(door, second);
    const { organization } = personOf(second, example.role);
    const token = platform.token({ subject: first.subjects[example.role], organization });
    const answer = await send(caller(platform, token), door, example).expect(403);
    expect(answer.body.code).toBe('not_a_member');
  });

  describe('after a membership was removed', () => {
    const MEMBERSHIPS = 'user_organizations where organization_id = $1';
    let removed: object[];

    beforeAll(async () => {
      const owner = await platform.superuser('main');
      removed = await owner.query(`delete from ${MEMBERSHIPS} returning *`, [first.id]);
      await owner.close();
    });

    afterAll(async () => {
      const owner = await platform.superuser('main');
      await owner.query(
        'insert into user_organizations select * from jsonb_populate_recordset(null::user_organizations, $1::jsonb)',
        [JSON.stringify(removed)],
      );
      await owner.close();
    });

    it.each(doors)('$route is closed at once, although the token lives', async (door) => {
      const example = exampleOf(door, first);
      const answer = await send(caller(platform, first.tokens[example.role]), door, example).expect(403);
      expect(answer.body.code).toBe('not_a_member');
    });
  });

  it('has an inventory that says of every route who may call it', () => {
    expect(doors.filter(({ access }: Door) => !access)).toEqual([]);
    expect(doors.length).toBeGreaterThan(10);
  });
});
