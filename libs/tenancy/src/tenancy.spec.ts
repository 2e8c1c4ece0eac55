import { Body, Controller, Get, Module, Post, Query } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Clock, currentContext } from '@restartix/context';
import {
  MEMBER_ROLES,
  mayEver,
  RESOURCES,
  type MemberRole,
  type Permission,
  type Problem,
  type Verb,
} from '@restartix/contracts';
import { DomainError } from '@restartix/errors';
import { createHttpApp, declareAccess, RateLimited, type AccessDeclaration } from '@restartix/http';
import { createLogger } from '@restartix/logging';
import request from 'supertest';
import {
  ApiKeyResolver,
  Authenticated,
  IdentityResolver,
  Member,
  Public,
  RateLimiter,
  Requires,
  RequiresStepUp,
  SessionPolicy,
  StepUpProofs,
  TenancyModule,
  TokenVerifier,
  type OpenedRecord,
  type Principal,
  type ResolvedIdentity,
  type Session,
} from './index';
import { aPrincipal, aSession } from '../test/identities';
import { SpecKeys } from '../test/api-keys';
import { limitsOf } from '../test/limits';

const ORGANIZATIONS: Record<string, number> = { org_one: 1, org_two: 2 };
interface Person {
  superadmin?: boolean;
  member: Record<number, MemberRole>;
  opened?: OpenedRecord[];
}

const opened = (role: OpenedRecord['role'], organizationId: number): OpenedRecord => ({
  ...{ id: `of ${role}`, patientId: 'p', role, organizationId },
});

/** Subject → its memberships. Everybody's role in one organization is theirs there only. */
const PEOPLE: Record<string, Person> = {
  ...Object.fromEntries(MEMBER_ROLES.map((role) => [role, { member: { 1: role } }])),
  both: { member: { 1: 'patient', 2: 'compliance' } },
  superadmin: { superadmin: true, member: {} },
  operator: { superadmin: true, member: {}, opened: [opened('superadmin', 2), opened('superadmin', 1)] },
  opener: { member: { 1: 'specialist' }, opened: [opened('specialist', 1), opened('specialist', 2)] },
  superadmin_two: { superadmin: true, member: { 2: 'assistant' } },
};

/** Tokens read `<subject>.<organization or none>.<session>`; some subjects stand for what can be wrong with a token. */
class Tokens extends TokenVerifier {
  verified = 0;

  verify(token: string): Promise<Principal> {
    this.verified++;
    const [subject, organization, sessionId] = token.split('.') as [string, string, string];
    if (subject === 'expired') throw new DomainError('token_expired');
    if (subject === 'unreachable') throw new DomainError('identity_unavailable');
    const organizationRef = organization === 'none' ? null : organization;
    return Promise.resolve(aPrincipal({ subject, sessionId, organizationRef }));
  }
}

class Identities extends IdentityResolver {
  async resolve({ subject, organizationRef, sessionId }: Principal): Promise<ResolvedIdentity | null> {
    await new Promise(setImmediate);
    if (subject === 'database_away') throw new DomainError('database_unavailable');
    const person = PEOPLE[subject];
    if (!person) return null;
    const organizationId = (organizationRef && ORGANIZATIONS[organizationRef]) || null;
    return {
      userId: `id of ${subject}`,
      emailEnvelope: `e1.1.${subject}`,
      superadmin: person.superadmin ?? false,
      organizationId,
      role: (organizationId && person.member[organizationId]) || null,
      opened: person.opened,
      session: aSession({
        id: `ours of ${sessionId}`,
        ended: sessionId === 'revoked' ? 'revoked' : null,
      }),
    };
  }
}

/** Refuses the session named "revoked", and "stale" where a route needs a permission. */
class Sessions extends SessionPolicy {
  admit({ id, ended }: Session, access: AccessDeclaration | undefined): Promise<void> {
    if (ended) return Promise.reject(new DomainError('session_revoked'));
    const isStale = id === 'ours of stale' && access?.kind === 'permission';
    return isStale ? Promise.reject(new DomainError('reauth_required')) : Promise.resolve();
  }
}

const tokens = new Tokens();
const keys = new SpecKeys();

@Module({
  providers: [
    { provide: TokenVerifier, useValue: tokens },
    { provide: IdentityResolver, useClass: Identities },
    { provide: RateLimiter, useValue: new RateLimiter(undefined, limitsOf({ max: 10, windowMs: 1000 })) },
    { provide: SessionPolicy, useClass: Sessions },
    { provide: StepUpProofs, useValue: new StepUpProofs(Buffer.alloc(32), 300_000) },
    { provide: ApiKeyResolver, useValue: keys },
    Clock,
  ],
  exports: [TokenVerifier, IdentityResolver, RateLimiter, SessionPolicy, StepUpProofs, ApiKeyResolver, Clock],
})
class IdentityModule {}

const who = () => {
  const { actor, organizationId } = currentContext()!;
  return { data: { ...actor, organizationId } };
};

@Controller('v1')
class Routes {
  @Get('public') @Public('spec') @RateLimited('none') public() {
    return who();
  }

  @Get('me') @Authenticated() me() {
    return who();
  }

  @Get('member') @Member() member(@Query() _query: object) {
    return who();
  }

  @Post('member') @Member() post(@Body() _body: object) {
    return who();
  }

  @Get('stepped-up') @Requires('patient:read') @RequiresStepUp('api_keys') steppedUp() {
    return who();
  }

  @Get('channel') @declareAccess({ kind: 'channel' }) channel() {
    return who();
  }
}

const VERBS: Verb[] = ['read', 'create', 'update'];
const PERMISSIONS = RESOURCES.flatMap((resource) => VERBS.map((verb): Permission => `${resource}:${verb}`));

/** One route for every permission there is. */
function permissionRoutes() {
  class Permissions {}
  for (const permission of PERMISSIONS) {
    const handler = Object.getOwnPropertyDescriptor({ [permission]: () => who() }, permission)!;
    Object.defineProperty(Permissions.prototype, permission, handler);
    Get(permission.replace(':', '/'))(Permissions.prototype, permission, handler);
    Requires(permission)(Permissions.prototype, permission, handler);
  }
  Controller('v1/needs')(Permissions);
  return Permissions;
}

@Module({ imports: [TenancyModule.register([IdentityModule])], controllers: [Routes, permissionRoutes()] })
class SpecModule {}

const logger = createLogger({
  level: 'error',
  format: 'json',
  service: 'spec',
  destination: { write: () => undefined },
});
const options = { bodyLimitBytes: 10_000, trustedProxies: [], corsOrigins: [], logger };

describe('tenancy', () => {
  let app: NestExpressApplication;

  beforeAll(async () => {
    app = await createHttpApp({ ...options, module: SpecModule });
    await app.listen(0, '127.0.0.1');
  });
  afterAll(() => app?.close());

  const get = (path: string, authorization?: string) => {
    const asked = request(app.getHttpServer()).get(path);
    return authorization === undefined ? asked : asked.set('authorization', authorization);
  };
  const as = (subject: string, organization: string, path: string) =>
    get(path, `Bearer ${subject}.${organization}.session`);
  const expectProblem = (answer: request.Response, status: number, code: string) => {
    expect([answer.status, (answer.body as Problem).code]).toEqual([status, code]);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  };

  it.each(['/v1/me', '/v1/member', '/v1/needs/patient/read'])('refuses %s without a token', async (path) => {
    const answer = await get(path);
    expectProblem(answer, 401, 'unauthenticated');
    expect(answer.headers['www-authenticate']).toBe('Bearer');
  });

  it.each([
    'Bearer',
    'Bearer token',
    'Bearer patient.org_one',
    'Bearer patient.org_one.session more',
    'Bearer patient.org_one.session, Bearer patient.org_two.session',
    'Basic cGF0aWVudDp4',
    'patient.org_one.session',
    'Token patient.org_one.session',
  ])('refuses the header "%s"', async (header) => {
    expectProblem(await get('/v1/me', header), 401, 'token_invalid');
  });

  it.each([
    ['expired', 401, 'token_expired'],
    ['unreachable', 503, 'identity_unavailable'],
    ['database_away', 503, 'database_unavailable'],
  ])('says what is wrong: %s', async (subject, status, code) => {
    expectProblem(await as(subject, 'org_one', '/v1/me'), status, code);
  });

  it.each([
    ['a subject nobody knows', 'stranger', 'org_one'],
    ['a subject nobody knows, without an organization', 'stranger', 'none'],
    ['a member of the other organization', 'specialist', 'org_two'],
    ['an organization nobody knows', 'specialist', 'org_three'],
  ])('refuses %s', async (_, subject, organization) => {
    for (const path of ['/v1/me', '/v1/member', '/v1/needs/patient/read'])
      expectProblem(await as(subject, organization, path), 403, 'not_a_member');
  });

  it('asks for an active organization where a route belongs to one, and nowhere else', async () => {
    for (const path of ['/v1/member', '/v1/needs/patient/read'])
      expectProblem(await as('specialist', 'none', path), 403, 'organization_required');
    const answer = await as('specialist', 'none', '/v1/me').expect(200);
    expect(answer.body).toEqual({
      data: {
        userId: 'id of specialist',
        role: 'anonymous',
        emailEnvelope: 'e1.1.specialist',
        sessionId: 'ours of session',
        organizationId: null,
      },
    });
  });

  it('lets a member in as what they are in the organization of the token', async () => {
    const one = await as('both', 'org_one', '/v1/member').expect(200);
    expect(one.body).toMatchObject({ data: { userId: 'id of both', role: 'patient', organizationId: 1 } });
    const two = await as('both', 'org_two', '/v1/member').expect(200);
    expect(two.body).toMatchObject({ data: { userId: 'id of both', role: 'compliance', organizationId: 2 } });
  });

  it('asks for the session before the permission, and after whose it is', async () => {
    const ask = (subject: string, session: string, path: string) =>
      get(path, `Bearer ${subject}.org_one.${session}`);
    expectProblem(await ask('specialist', 'revoked', '/v1/me'), 401, 'session_revoked');
    expectProblem(await ask('patient', 'revoked', '/v1/needs/audit_log/read'), 401, 'session_revoked');
    expectProblem(await ask('stranger', 'revoked', '/v1/me'), 403, 'not_a_member');
    expectProblem(await ask('specialist', 'stale', '/v1/needs/patient/read'), 401, 'reauth_required');
    await ask('specialist', 'stale', '/v1/me').expect(200);
  });

  it('takes the organization from nothing but the token', async () => {
    const path = '/v1/member?organization_id=2&org=org_two';
    const answer = await as('specialist', 'org_one', path)
      .set('x-organization-id', '2')
      .set('x-org-id', 'org_two');
    expect(answer.body).toMatchObject({ data: { organizationId: 1 } });
    const posted = await request(app.getHttpServer())
      .post('/v1/member')
      .set('authorization', 'Bearer specialist.org_one.session')
      .send({ organization_id: 2, role: 'compliance' });
    expect(posted.body).toMatchObject({ data: { organizationId: 1, role: 'specialist' } });
  });

  it.each(MEMBER_ROLES)(
    'opens to %s exactly the routes the matrix opens in some relationship',
    async (role) => {
      for (const permission of PERMISSIONS) {
        const answer = await as(role, 'org_one', `/v1/needs/${permission.replace(':', '/')}`);
        expect([permission, answer.status]).toEqual([permission, mayEver(permission, role) ? 200 : 403]);
        if (answer.status === 403) expectProblem(answer, 403, 'forbidden');
      }
    },
  );

  describe('a superadmin', () => {
    it('needs no organization, and passes where the matrix says so only', async () => {
      for (const organization of ['none', 'org_one']) {
        for (const permission of PERMISSIONS) {
          const answer = await as('superadmin', organization, `/v1/needs/${permission.replace(':', '/')}`);
          expect([permission, answer.status]).toEqual([
            permission,
            mayEver(permission, 'superadmin') ? 200 : 403,
          ]);
          if (answer.status === 200)
            expect(answer.body).toMatchObject({ data: { role: 'superadmin', organizationId: null } });
        }
        expectProblem(await as('superadmin', organization, '/v1/member'), 403, 'forbidden');
      }
    });

    it('who is a member of the active organization acts as that member', async () => {
      const answer = await as('superadmin_two', 'org_two', '/v1/member').expect(200);
      expect(answer.body).toMatchObject({ data: { role: 'assistant', organizationId: 2 } });
      expectProblem(await as('superadmin_two', 'org_two', '/v1/needs/audit_log/read'), 403, 'forbidden');
    });
  });

  describe('break-glass', () => {
    it('takes a superadmin into the one organization they last opened a record of, for that record', async () => {
      for (const organization of ['none', 'org_one']) {
        const answer = await as('operator', organization, '/v1/me').expect(200);
        expect(answer.body).toMatchObject({
          data: {
            ...{ role: 'superadmin', organizationId: 2 },
            breakGlass: [{ organizationId: 2, role: 'superadmin' }],
          },
        });
        await as('operator', organization, '/v1/needs/patient/read').expect(200);
        expectProblem(await as('operator', organization, '/v1/member'), 403, 'forbidden');
        for (const word of ['patient/update', 'audit_log/read', 'care_relationship/read'])
          expectProblem(await as('operator', organization, `/v1/needs/${word}`), 403, 'forbidden');
      }
    });

    it('goes with a member in the organization it was opened in, and into no other', async () => {
      const answer = await as('opener', 'org_one', '/v1/me').expect(200);
      expect(answer.body).toMatchObject({ data: { organizationId: 1, breakGlass: [{ organizationId: 1 }] } });
      expectProblem(await as('opener', 'org_two', '/v1/me'), 403, 'not_a_member');
      const none = await as('opener', 'none', '/v1/me').expect(200);
      expect(none.body.data).toMatchObject({ organizationId: null, role: 'anonymous' });
      expect(none.body.data).not.toHaveProperty('breakGlass');
    });
  });

  describe('an API key', () => {
    const withKey = (key: string, path: string) => get(path, `Bearer ${key}`);

    it('acts for its creator in its organization, and every event can name it', async () => {
      const answer = await withKey('rx_good', '/v1/needs/patient/read').expect(200);
      expect(answer.body).toEqual({
        data: {
          ...{ userId: 'creator', role: 'org_admin', emailEnvelope: 'e1.1.creator', sessionId: null },
          ...{ details: { api_key_id: 'good' }, organizationId: 1 },
        },
      });
    });

    it('opens the permissions of its scopes and no other, whatever its creator may do', async () => {
      for (const permission of PERMISSIONS) {
        const answer = await withKey('rx_good', `/v1/needs/${permission.replace(':', '/')}`);
        const inScope = SpecKeys.scopes.includes(permission);
        expect([permission, answer.status]).toEqual([
          permission,
          inScope && mayEver(permission, 'org_admin') ? 200 : 403,
        ]);
        if (!inScope) expectProblem(answer, 403, 'api_key_scope_missing');
      }
    });

    it('reaches nothing about oneself, nothing of any member, nothing that needs a second factor', async () => {
      for (const path of ['/v1/me', '/v1/member', '/v1/channel'])
        expect((await withKey('rx_good', path)).status).toBe(403);
      expectProblem(await withKey('rx_good', '/v1/me'), 403, 'api_key_scope_missing');
      expectProblem(await withKey('rx_good', '/v1/stepped-up'), 403, 'step_up_required');
    });

    it('that is none, or may not be used, is refused with its own code', async () => {
      expectProblem(await withKey('rx_none', '/v1/needs/patient/read'), 401, 'api_key_invalid');
      expectProblem(await withKey('rx_revoked', '/v1/needs/patient/read'), 401, 'api_key_revoked');
      expectProblem(await withKey('rx_left', '/v1/needs/patient/read'), 403, 'api_key_rights_lost');
      expectProblem(await get('/v1/needs/patient/read', 'Basic rx_good'), 401, 'token_invalid');
    });
  });

  it('lets anyone into a public route as nobody, without a look at their token', async () => {
    const before = tokens.verified;
    for (const header of [
      undefined,
      'Bearer patient.org_one.session',
      'Bearer expired.org_one.s',
      'nonsense',
    ]) {
      const answer = await get('/v1/public', header).expect(200);
      expect(answer.body).toMatchObject({ data: { userId: null, role: 'anonymous', organizationId: null } });
    }
    expect(tokens.verified).toBe(before);
  });

  it('keeps the road of the other service closed to people', async () => {
    expectProblem(await as('org_admin', 'org_one', '/v1/channel'), 403, 'forbidden');
    expectProblem(await get('/v1/channel'), 401, 'unauthenticated');
  });

  it('keeps 200 requests of two organizations at the same time apart', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => as('both', index % 2 ? 'org_two' : 'org_one', '/v1/member')),
    );
    for (const [index, { body }] of answers.entries())
      expect(body).toMatchObject({
        data: { organizationId: 1 + (index % 2), role: index % 2 ? 'compliance' : 'patient' },
      });
  });

  it('does not start with a route that does not say who may call it', async () => {
    @Controller('v1/forgotten')
    class Forgotten {
      @Get() read() {
        return who();
      }
    }
    @Module({ imports: [TenancyModule.register([IdentityModule])], controllers: [Forgotten] })
    class ForgottenModule {}
    await expect(createHttpApp({ ...options, module: ForgottenModule })).rejects.toThrow(
      'GET /v1/forgotten (Forgotten)',
    );
  });
});
