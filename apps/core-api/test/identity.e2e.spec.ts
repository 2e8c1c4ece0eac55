import type { Me, Organization } from '@restartix/contracts';
import { startPlatform, type Platform } from '@restartix/testing';
import { caller, eventsOf, requestId } from './api';

describe('who is calling', () => {
  let platform: Platform;

  beforeAll(async () => {
    platform = await startPlatform();
  }, 120_000);

  afterAll(() => platform?.stop());

  it('is told to the caller, with name and address opened', async () => {
    const [first] = platform.organizations;
    const me = (await caller(platform, first!.tokens.specialist).get('/v1/me').expect(200)).body.data as Me;
    expect(me).toMatchObject({
      id: first!.users.specialist,
      email: first!.emails.specialist,
      role: 'specialist',
      current_organization: { id: first!.id, slug: first!.slug },
      organization_ids: [first!.id],
    });
    expect(me.specialist_id).toBeTruthy();
    const patient = (await caller(platform, first!.tokens.patient).get('/v1/me')).body.data as Me;
    expect(patient).toMatchObject({ role: 'patient', patient_id: first!.patients[0], specialist_id: null });
  });

  it.each([
    ['no token', undefined, 'unauthenticated'],
    ['no JWT', 'abc', 'token_invalid'],
    ['an expired token', { expiresInSeconds: -60 }, 'token_expired'],
    ['a token that is not valid yet', { overrides: { nbf: 4_000_000_000 } }, 'token_not_active'],
    ['a foreign issuer', { overrides: { iss: 'https://elsewhere.example' } }, 'token_invalid'],
    ['a pending session', { overrides: { sts: 'pending' } }, 'token_invalid'],
    ['a foreign authorized party', { overrides: { azp: 'https://evil.example' } }, 'token_invalid'],
    ['a token on behalf of another', { overrides: { act: { sub: 'user_x' } } }, 'token_invalid'],
  ])('is refused with %s', async (_case, token, code) => {
    const [first] = platform.organizations;
    const subject = first!.subjects.specialist;
    const text = typeof token === 'object' ? platform.token({ subject, ...token }) : token;
    const answer = await caller(platform, text).get('/v1/me').expect(401);
    expect(answer.body.code).toBe(code);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
  });

  it('is refused with a token whose signature, algorithm or claims were changed', async () => {
    const token = platform.organizations[0]!.tokens.specialist;
    const [header, claims, signature] = token.split('.') as [string, string, string];
    const decoded = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
    const other = platform.organizations[1]!;
    const forged = Buffer.from(
      JSON.stringify({ ...decoded, o: { id: other.identityOrganization } }),
    ).toString('base64url');
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
    for (const attempt of [
      `${header}.${forged}.${signature}`,
      `${none}.${claims}.`,
      `${header}.${claims}.${signature.slice(0, -4)}AAAA`,
    ]) {
      expect((await caller(platform, attempt).get('/v1/me').expect(401)).body.code).toBe('token_invalid');
    }
  });

  it('has no tenant without an active organization, and none in an organization of others', async () => {
    const [first, second] = platform.organizations;
    const subject = first!.subjects.specialist;
    const without = caller(platform, platform.token({ subject }));
    expect((await without.get('/v1/patients').expect(403)).body.code).toBe('organization_required');
    expect(((await without.get('/v1/me').expect(200)).body.data as Me).current_organization).toBeNull();
    const elsewhere = platform.token({
      subject,
      organization: { id: second!.identityOrganization, slug: second!.slug, role: 'specialist' },
    });
    expect((await caller(platform, elsewhere).get('/v1/patients').expect(403)).body.code).toBe(
      'not_a_member',
    );
  });

  it('has the role of our own records, whatever the token claims', async () => {
    const [first] = platform.organizations;
    const claimed = platform.token({
      subject: first!.subjects.assistant,
      organization: { id: first!.identityOrganization, slug: first!.slug, role: 'compliance' },
    });
    expect(((await caller(platform, claimed).get('/v1/me')).body.data as Me).role).toBe('assistant');
    await caller(platform, claimed).get('/v1/audit-logs').expect(403);
  });

  it('sees and changes the own organization only', async () => {
    const [first, second] = platform.organizations;
    const admin = caller(platform, first!.tokens.org_admin);
    const listed = (await admin.get('/v1/organizations').expect(200)).body.data as Organization[];
    expect(listed.map(({ id }) => id)).toEqual([first!.id]);
    await admin.get(`/v1/organizations/${second!.id}`).expect(404);
    await admin.patch(`/v1/organizations/${second!.id}`, { tagline: 'x' }).expect(404);
    await caller(platform, first!.tokens.specialist)
      .patch(`/v1/organizations/${first!.id}`, { tagline: 'x' })
      .expect(403);
    const changed = await admin
      .patch(`/v1/organizations/${first!.id}`, { tagline: 'Moving again' })
      .expect(200);
    expect(changed.body.data).toMatchObject({ id: first!.id, tagline: 'Moving again' });
    const [event] = await eventsOf(caller(platform, first!.tokens.compliance), requestId(changed), 1);
    expect(event!.details.changes).toMatchObject({ tagline: { new: 'Moving again' } });
    const all = await caller(platform, platform.superadminToken).get('/v1/organizations').expect(200);
    expect((all.body.data as Organization[]).map(({ id }) => id).sort()).toEqual([first!.id, second!.id]);
  });

  it('lists the specialists of the own organization only', async () => {
    const [first, second] = platform.organizations;
    const names = async (token: string) =>
      (
        (await caller(platform, token).get('/v1/specialists').expect(200)).body.data as {
          id: string;
          name: string;
        }[]
      ).map(({ id }) => id);
    const [mine, theirs] = [await names(first!.tokens.patient), await names(second!.tokens.patient)];
    expect(mine).toHaveLength(2);
    expect(mine.filter((id) => theirs.includes(id))).toEqual([]);
  });
});
