import {
  MEMBER_ROLES,
  mayEver,
  PLATFORM_ORGANIZATION,
  type AuditEvent,
  type Permission,
} from '@restartix/contracts';
import type { Database } from '@restartix/database';
import { startPlatform, type Platform } from '@restartix/testing';
import type { Response } from 'supertest';
import { caller, requestId } from '../api';
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

type Left = Pick<
  AuditEvent,
  'event_id' | 'organization_id' | 'action' | 'resource_type' | 'resource_id' | 'success'
>;

const LEFT = `->> 'event_id' as event_id, (event ->> 'organization_id')::int as organization_id,
  event ->> 'action' as action, event ->> 'resource_type' as resource_type, event ->> 'resource_id' as resource_id,
  (event ->> 'success')::boolean as success`;

/** Generated from the inventory: every route × outcome leaves exactly the events its declaration says. */
describe('the audit trail', () => {
  const doors = closedDoors();
  const repeatable = doors.filter((door) => !refusalOf(door));
  const audited = repeatable.filter(({ events }) => events.length > 0);
  let platform: Platform;
  let main: Database;
  let telemetry: Database;
  let first: Things;
  let second: Things;

  beforeAll(async () => {
    platform = await startPlatform({ appointments: USES });
    [main, telemetry] = await Promise.all([platform.superuser('main'), platform.superuser('telemetry')]);
    [first, second] = (await Promise.all(
      platform.organizations.map((organization) => withThings(platform, organization)),
    )) as [Things, Things];
  }, 240_000);

  afterAll(async () => {
    await Promise.allSettled([main?.close(), telemetry?.close()]);
    await platform?.stop();
  });

  /** What a request left: they are stored before its answer, so those not yet delivered and those that are. */
  async function leftBy(answer: Response): Promise<Left[]> {
    const id = [requestId(answer)];
    // The relay deletes what is delivered: whoever looks there first misses none.
    const waiting = await main.query<Left>(
      `select event ${LEFT} from audit_outbox where event ->> 'request_id' = $1`,
      id,
    );
    const delivered = await telemetry.query<Left>(
      `select event_id, organization_id, action, resource_type, resource_id, success
         from audit.audit_logs where request_id = $1`,
      id,
    );
    return [...new Map([...waiting, ...delivered].map((event) => [event.event_id, event])).values()];
  }

  const word = ({ action, resource_type }: Left) => `${action} ${resource_type}`;
  const words = (events: Left[]) => events.map(word).sort();

  it.each(repeatable)('holds what $route declares, and no more', async (door) => {
    const example = exampleOf(door, first);
    const answer = await send(caller(platform, tokenFor(platform, first, example)), door, example);
    expect(answer.status).toBeLessThan(300);
    const left = await leftBy(answer);
    const organization = isOperators(door) ? PLATFORM_ORGANIZATION : first.id;
    expect(left.filter((event) => event.organization_id !== organization || !event.success)).toEqual([]);
    if (door.each && door.shows) {
      const shown = (answer.body.data as { id: string }[]).map(({ id }) => id);
      expect(shown.length).toBeGreaterThan(0);
      expect(left.map((event) => event.resource_id).sort()).toEqual(shown.sort());
    }
    const perPatient = left.filter((event) => door.perPatient?.includes(word(event)));
    expect(new Set(perPatient.map((event) => event.resource_id)).size).toBe(perPatient.length);
    const others = words(left.filter((event) => !perPatient.includes(event)));
    expect(door.each ? [...new Set(others)] : others).toEqual([...door.events].sort());
  });

  const refusable = doors.flatMap((door) => {
    const role = MEMBER_ROLES.find(
      (word) => door.access.includes(':') && !mayEver(door.access as Permission, word),
    );
    return role ? [{ door, role, route: door.route }] : [];
  });

  it.each(refusable)('holds one refusal of $route to a $role', async ({ door, role }) => {
    const answer = await send(caller(platform, first.tokens[role]), door, exampleOf(door, first));
    expect(answer.status).toBe(403);
    const [resource] = door.access.split(':');
    expect(words(await leftBy(answer))).toEqual([`deny ${resource}`]);
  });

  it.each(doors.filter(namesAThing))(
    "holds one refusal of $route to another organization's caller, in theirs",
    async (door) => {
      const example = exampleOf(door, first);
      const answer = await send(caller(platform, tokenFor(platform, second, example)), door, example);
      expect(answer.status).toBe(404);
      expect(await leftBy(answer)).toMatchObject([
        { action: 'deny', organization_id: second.id, success: false },
      ]);
    },
  );

  describe('that cannot be written', () => {
    beforeAll(() => main.query('revoke insert on audit_outbox from core_app'));
    afterAll(() => main.query('grant insert on audit_outbox to core_app'));

    it.each(audited)('keeps $route from answering', async (door) => {
      const example = exampleOf(door, first);
      const answer = await send(caller(platform, tokenFor(platform, first, example)), door, example);
      expect([answer.status, answer.body.code]).toEqual([503, 'audit_unavailable']);
      expect(answer.body).not.toHaveProperty('data');
    });

    it.each(repeatable.filter(({ events }) => events.length === 0))(
      'does not keep $route, which has none',
      async (door: Door) => {
        const example = exampleOf(door, first);
        const answer = await send(caller(platform, tokenFor(platform, first, example)), door, example);
        expect(answer.status).toBeLessThan(300);
      },
    );
  });
});
