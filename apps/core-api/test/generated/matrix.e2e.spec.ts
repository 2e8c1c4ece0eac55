import {
  accessCell,
  mayEver,
  MEMBER_ROLES,
  type MemberRole,
  type Permission,
  type Relationship,
  type Resource,
  type Verb,
} from '@restartix/contracts';
import { startPlatform, type Platform } from '@restartix/testing';
import { caller } from '../api';
import { exampleOf, send, USES, type Things } from './examples';
import { closedDoors, type Door } from './inventory';

/** A thing a request names, by what it is to the asker. */
const TARGETS = ['own', 'in_care', 'organization'] as const satisfies Relationship[];

/** The patient who is this to whom: the first has the patient role's login, the first ten are in care. */
const PATIENT: Readonly<Record<(typeof TARGETS)[number], number>> = { own: 0, in_care: 1, organization: 12 };

/** What the target is to the role that asks: own and in care count only for those who own and care. */
function relationshipOf(role: MemberRole, target: (typeof TARGETS)[number]): Relationship {
  if (role === 'patient') return target === 'own' ? 'own' : 'none';
  if (role === 'specialist') return target === 'organization' ? 'none' : 'in_care';
  return 'organization';
}

/** Generated from the matrix and the inventory: role × route × relationship. A changed cell changes what is expected. */
describe('the access matrix', () => {
  const doors = closedDoors().filter(({ access }) => access.includes(':'));
  let platform: Platform;
  let things: Things;

  beforeAll(async () => {
    platform = await startPlatform({ appointments: USES });
    const nothing = '01900000-0000-7000-8000-000000000000';
    things = {
      ...platform.organizations[0]!,
      eventId: nothing,
      deadLetterId: nothing,
      securityAlertId: nothing,
      exerciseSessionId: nothing,
    };
  }, 120_000);

  afterAll(() => platform?.stop());

  const patientCases = doors
    .filter(({ route, access }) => access.startsWith('patient:') && route.includes(':'))
    .flatMap((door) =>
      MEMBER_ROLES.flatMap((role) => TARGETS.map((target) => ({ door, role, target, route: door.route }))),
    );

  it.each(patientCases)('$role, $route, a patient who is $target', async ({ door, role, target }) => {
    const verb = door.access.split(':')[1] as Verb;
    const allowed = accessCell('patient', role, relationshipOf(role, target))[verb];
    const example = exampleOf(door, things);
    const path = `/v1/patients/${things.patients[PATIENT[target]]}`;
    const body = example.body && { phone: '+40711000222' };
    const answer = await send(caller(platform, things.tokens[role]), door, { ...example, path, body });
    if (allowed) expect(answer.status).toBe(200);
    else expect([403, 404]).toContain(answer.status);
    if (allowed === 'contact') expect(answer.body.data).not.toHaveProperty('date_of_birth');
    if (allowed === 'all') expect(answer.body.data).toHaveProperty('date_of_birth');
  });

  const otherCases = doors
    .filter(({ access }) => !access.startsWith('patient:'))
    .flatMap((door) => MEMBER_ROLES.map((role) => ({ door, role, route: door.route })));

  it.each(otherCases)('$role, $route', async ({ door, role }) => {
    // Examples name what is the own of whoever owns such things.
    const allowed = mayEver(door.access as Permission, role);
    const answer = await send(caller(platform, things.tokens[role]), door, exampleOf(door, things));
    if (!allowed) expect(answer.status).toBe(403);
    // 404, 409: the thing is not there, or another role has changed it before
    else expect([200, 201, 202, 404, 409]).toContain(answer.status);
  });

  it.each(doors)('superadmin, $route: no health data', async (door: Door) => {
    const [resource, verb] = door.access.split(':') as [Resource, Verb];
    const answer = await send(caller(platform, platform.superadminToken), door, exampleOf(door, things));
    const allowed = accessCell(resource, 'superadmin', 'none')[verb];
    expect(answer.status).toBe(allowed ? 200 : 403);
  });

  it.each(MEMBER_ROLES)('%s sees the same rows in the database as the matrix opens', async (role) => {
    const main = await platform.superuser('main');
    try {
      const visible = await main.transaction(
        {
          'app.current_org_id': String(things.id),
          'app.current_user_id': things.users[role],
          'app.current_role': role,
        },
        async (sql) => {
          await sql.query('set local role core_app');
          return sql.query<{ id: string }>('select id from patients');
        },
      );
      const ids = new Set(visible.map(({ id }) => id));
      for (const target of TARGETS) {
        const cell = accessCell('patient', role, relationshipOf(role, target));
        expect([role, target, ids.has(things.patients[PATIENT[target]]!)]).toEqual([
          role,
          target,
          cell.read !== undefined,
        ]);
      }
      expect(platform.organizations[1]!.patients.filter((id) => ids.has(id))).toEqual([]);
    } finally {
      await main.close();
    }
  });
});
