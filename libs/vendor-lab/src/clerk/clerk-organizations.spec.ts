import { createClerkClient } from '@clerk/backend';
import { ClerkInstance } from './clerk-instance';

const SECRET_KEY = 'sk_test_lab';

describe('organizations of the emulated instance of Clerk', () => {
  const clerk = new ClerkInstance({
    ...{ issuer: 'https://clerk.lab.example', origin: 'https://app.lab.example' },
    ...{ secretKey: SECRET_KEY, webhookSecret: 'whsec_bGFi' },
  });

  beforeAll(async () => {
    await clerk.start();
    clerk.addOrganization({ id: 'org_north', slug: 'north' });
    for (const id of ['user_ana', 'user_dan']) clerk.addUser({ id, email: `${id}@example.org` });
  });
  afterAll(() => clerk.stop());

  const member = { user_id: 'user_ana', role: 'org:member' };
  const post = async (body: object | string, o: { to?: string; key?: string; type?: string } = {}) => {
    const { to = 'org_north', key = SECRET_KEY, type = 'application/json' } = o;
    const answer = await fetch(`${clerk.url}/v1/organizations/${to}/memberships`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': type },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const said = (await answer.json()) as { errors?: { code: string }[] };
    return `${answer.status} ${said.errors?.[0]?.code ?? ''}`.trim();
  };

  it('take a member whom the vendor’s own client adds, once', async () => {
    const client = createClerkClient({
      secretKey: SECRET_KEY,
      apiUrl: clerk.url,
      telemetry: { disabled: true },
    });
    const added = await client.organizations.createOrganizationMembership({
      ...{ organizationId: 'org_north', userId: 'user_dan', role: 'org:member' },
    });
    expect(added).toMatchObject({ role: 'org:member', organization: { id: 'org_north' } });
    expect(await post({ ...member, user_id: 'user_dan' })).toBe('400 already_a_member_in_organization');
    expect(clerk.members.map(({ userId }) => userId)).toEqual(['user_dan']);
  });

  it.each([
    ['another key', member, { key: 'sk_test_other' }, '401 clerk_key_invalid'],
    [
      'a form',
      'user_id=user_ana',
      { type: 'application/x-www-form-urlencoded' },
      '415 unsupported_content_type',
    ],
    ['what is no JSON', '{', {}, '400 request_body_invalid'],
    ['nobody', { role: 'org:member' }, {}, '422 form_param_missing'],
    ['no role', { user_id: 'user_ana' }, {}, '422 form_param_missing'],
    ['a word it does not know', { ...member, name: 'Ana' }, {}, '422 form_param_unknown'],
    ['a role it does not have', { ...member, role: 'patient' }, {}, '404 resource_not_found'],
    ['a stranger', { ...member, user_id: 'user_eva' }, {}, '404 resource_not_found'],
    ['an organization it does not have', member, { to: 'org_south' }, '404 resource_not_found'],
  ])('refuse %s', async (_, body, options, refusal) => {
    expect(await post(body, options)).toBe(refusal);
    expect(clerk.members).toHaveLength(1);
  });

  it('refuse what a spec has them refuse, in turn', async () => {
    clerk.refuse({ status: 429, code: 'too_many_requests', retryAfter: 3 });
    expect(await post(member)).toBe('429 too_many_requests');
    expect(await post(member)).toBe('200');
  });
});
