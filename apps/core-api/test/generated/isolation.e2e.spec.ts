import type { MemberRole } from '@restartix/contracts';
import { personOf, startPlatform, type Platform } from '@restartix/testing';
import type { Response } from 'supertest';
import { caller } from '../api';
import {
  exampleOf,
  isOperators,
  namesAThing,
  refusalOf,
  send,
  tokenFor,
  USES,
  withThings,
  type Things,
} from './examples';
import { closedDoors, type Door } from './inventory';

/** Generated from the inventory of the built application: a new route is covered, or fails for want of an example. */
describe('isolation', () => {
  const doors = closedDoors();
  const ofMembers = doors.filter((door) => !isOperators(door));
  let platform: Platform;
  let first: Things;
  let second: Things;

  beforeAll(async () => {
    platform = await startPlatform({ appointments: USES });
    [first, second] = (await Promise.all([0, 1].map(withEvent))) as [Things, Things];
  }, 120_000);

  afterAll(() => platform?.stop());

  async function withEvent(index: number): Promise<Things> {
    return withThings(platform, platform.organizations[index]!);
  }

  /** Everything an answer must not hold: ids and addresses of the first organization. */
  function foreignIn(answer: Response): string[] {
    const text = JSON.stringify([answer.body, answer.headers]);
    const known = [
      ...first.patients,
      ...Object.values(first.users),
      ...Object.values(first.emails),
      first.eventId,
      first.deadLetterId,
      first.securityAlertId,
    ];
    return known.filter((secret) => text.includes(secret));
  }

  /** What the second organization's callers asked for, in turn. */
  const asked: string[] = [];

  it.each(doors)('$route answers its owner', async (door) => {
    const example = exampleOf(door, first);
    const answer = await send(caller(platform, tokenFor(platform, first, example)), door, example);
    const refusal = refusalOf(door);
    if (refusal) expect(answer.status).toBe(refusal);
    else expect(Math.floor(answer.status / 100)).toBe(2);
  });

  it.each(ofMembers)("$route gives another organization's caller nothing", async (door) => {
    const example = exampleOf(door, first);
    const answer = await send(caller(platform, tokenFor(platform, second, example)), door, example);
    if (namesAThing(door) || example.names) expect([403, 404]).toContain(answer.status);
    else if (!refusalOf(door)) expect(answer.status).toBeLessThan(300);
    // What the caller sent may come back, in the caller's own trail also what was sent before; anything else may not.
    asked.push(JSON.stringify(example));
    const sent = door.route.includes('/v1/audit-logs') ? asked.join() : asked.at(-1)!;
    expect(foreignIn(answer).filter((secret) => !sent.includes(secret))).toEqual([]);
  });

  it.each(ofMembers.filter(({ access }) => access !== 'authenticated'))(
    '$route is closed without an organization',
    async (door) => {
      const example = exampleOf(door, first);
      const token = platform.token({ subject: first.subjects[example.role as MemberRole] });
      const answer = await send(caller(platform, token), door, example).expect(403);
      expect(answer.body.code).toBe('organization_required');
    },
  );

  it.each(ofMembers)('$route is closed in an organization the caller is no member of', async (door) => {
    const example = exampleOf(door, second);
    const role = example.role as MemberRole;
    const { organization } = personOf(second, role);
    const token = platform.token({ subject: first.subjects[role], organization });
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

    it.each(ofMembers)('$route is closed at once, although the token lives', async (door) => {
      const example = exampleOf(door, first);
      const answer = await send(caller(platform, tokenFor(platform, first, example)), door, example).expect(
        403,
      );
      expect(answer.body.code).toBe('not_a_member');
    });
  });

  describe('a thing of another organization and one that is nowhere', () => {
    const NOWHERE = '01900000-0000-7000-8000-000000000000';
    const ROUNDS = 60;
    /** One is not the other's class of time when it takes as many times as long. */
    const CLASS = 2;
    const TRIES = 3;
    const things = doors.filter((door) => namesAThing(door) && door.route.startsWith('GET '));

    const ask = (door: Door, elsewhere: boolean) => {
      const example = exampleOf(door, first);
      const absent = door.route.includes('/organizations/') ? '999' : NOWHERE;
      const named = door.route
        .split(' ')[1]!
        .split('/')
        .findIndex((word) => word.startsWith(':'));
      const nowhere = example.path.replace(/[^?]+/, (address) =>
        address
          .split('/')
          .map((word, place) => (place === named ? absent : word))
          .join('/'),
      );
      const path = elsewhere ? example.path : nowhere;
      return send(caller(platform, tokenFor(platform, second, example)), door, { ...example, path });
    };

    it.each(things)('$route answers both in the same words and headers', async (door) => {
      const [foreign, absent] = [await ask(door, true), await ask(door, false)];
      expect([foreign.status, absent.status]).toEqual([404, 404]);
      const plain = ({ body }: Response) => ({ ...(body as object), request_id: null });
      expect(plain(foreign)).toEqual(plain(absent));
      // On a busy machine a request may go on uncounted, whatever it asks for: it then carries no RateLimit.
      const names = ({ headers }: Response) =>
        Object.keys(headers).filter((name) => !name.startsWith('ratelimit'));
      expect(names(foreign).sort()).toEqual(names(absent).sort());
      expect(foreign.headers['content-length']).toBe(absent.headers['content-length']);
    });

    it.each(things)('$route takes the same class of time for both', async (door) => {
      const ratios: number[] = [];
      for (let attempt = 0; attempt < TRIES && !ratios.some((ratio) => ratio < CLASS); attempt += 1) {
        const times: [number[], number[]] = [[], []];
        for (let round = 0; round < ROUNDS; round += 1) {
          for (const [side, elsewhere] of [true, false].entries()) {
            const start = performance.now();
            await ask(door, elsewhere);
            times[side as 0 | 1].push(performance.now() - start);
          }
        }
        const [foreign, absent] = times.map((taken) => taken.sort((a, b) => a - b)[ROUNDS / 2]!);
        ratios.push(Math.max(foreign! / absent!, absent! / foreign!));
      }
      expect(Math.min(...ratios)).toBeLessThan(CLASS);
    });
  });

  it('has an inventory that says of every route who may call it', () => {
    expect(doors.filter(({ access }: Door) => !access)).toEqual([]);
    expect(doors.length).toBeGreaterThan(10);
  });
});
