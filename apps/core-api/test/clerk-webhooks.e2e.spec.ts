import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Me } from '@restartix/contracts';
import { startRedis, workspaceRoot, type Running } from '@restartix/embedded';
import { personOf, startPlatform, type Platform, type ProvisionedOrganization } from '@restartix/testing';
import { signClerkWebhook } from '@restartix/vendor-lab';
import request from 'supertest';
import { Caller, caller, eventually } from './api';

const FOREIGN_SECRET = `whsec_${Buffer.from('nobody knows this secret').toString('base64')}`;

describe('what Clerk tells', () => {
  const dir = mkdtempSync(join(tmpdir(), 'clerk-spec-'));
  let redis: Running;
  let platform: Platform;
  let second: string;
  let first: ProvisionedOrganization;
  let ids = 0;

  beforeAll(async () => {
    const cache = join(workspaceRoot(), '.lab/cache');
    redis = await startRedis({ dir, name: 'redis', password: 'p', cache });
    const coreApi = { REDIS_URL: redis.url, REDIS_KEY_PREFIX: 'clerk-spec:' };
    platform = await startPlatform({ patients: 12, environment: { coreApi } });
    second = await platform.startSecond();
    first = platform.organizations[0]!;
  }, 120_000);

  afterAll(async () => {
    await platform?.stop();
    await redis?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const fresh = (kind: string) => `${kind}_spec_${(ids += 1)}`;
  /** The same token at both instances. */
  const everywhere = (token: string) => [new Caller(platform.coreApi, token), new Caller(second, token)];
  const answers = (token: string) =>
    Promise.all(
      everywhere(token).map(async (somebody) => {
        const { status, body } = await somebody.get('/v1/me');
        return status === 200 ? 200 : `${status} ${body.code}`;
      }),
    );
  const eventuallyAnswers = (token: string, wanted: string | number) =>
    eventually(
      () => answers(token),
      (all) => all.every((answer) => answer === wanted),
    );
  const user = (id: string, email = `${id}@clinic.example`) => ({
    id,
    first_name: 'Ilinca',
    last_name: 'Marin',
    primary_email_address_id: 'idn_1',
    email_addresses: [{ id: 'idn_1', email_address: email }],
  });
  const membership = (subject: string, role?: string, organization = first) => ({
    id: 'orgmem_1',
    role,
    organization: { id: organization.identityOrganization },
    public_user_data: { user_id: subject },
  });
  const tokenOf = (subject: string, organization: ProvisionedOrganization | null = first) =>
    platform.token({
      subject,
      ...(organization ? { organization: personOf(organization, 'patient').organization } : {}),
    });
  const tell = async (type: string, data: Record<string, unknown>, occurredAt?: Date) =>
    expect(await platform.tell({ type, data, occurredAt })).toBe(204);
  const outcomes = async () => {
    const main = await platform.superuser('main');
    const rows = await main.query<{ outcome: string | null; n: number }>(
      'select outcome, count(*)::int as n from inbound_events group by 1',
    );
    await main.close();
    return Object.fromEntries(rows.map(({ outcome, n }) => [outcome ?? 'waiting', n]));
  };

  it('is refused without a good signature, and outside of five minutes; nothing is stored', async () => {
    const event = { type: 'user.deleted', data: { id: first.subjects.specialist } };
    const send = ({ headers, body }: ReturnType<typeof signClerkWebhook>, path = '/v1/webhooks/clerk') =>
      request(platform.coreApi).post(path).set(headers).send(body);
    const forged = await send(signClerkWebhook(FOREIGN_SECRET, event)).expect(401);
    expect(forged.body.code).toBe('webhook_signature_invalid');
    const unsigned = await request(platform.coreApi).post('/v1/webhooks/clerk').send(event).expect(401);
    expect(unsigned.body.code).toBe('webhook_signature_invalid');
    for (const minutes of [-6, 6]) {
      const signedAt = new Date(Date.now() + minutes * 60_000);
      expect(await platform.tell({ ...event, signedAt })).toBe(401);
    }
    expect(await outcomes()).toEqual({});
    expect(await answers(first.tokens.specialist)).toEqual([200, 200]);
  });

  it('ends a session at once at every instance, although its token lives', async () => {
    for (const type of ['session.revoked', 'session.ended', 'session.removed']) {
      const sessionId = fresh('sess');
      const token = platform.token({ ...personOf(first, 'patient'), sessionId });
      expect(await answers(token)).toEqual([200, 200]);
      await tell(type, { id: sessionId, user_id: first.subjects.patient });
      await eventuallyAnswers(token, '401 session_revoked');
    }
  });

  it('bars a session that was never seen here', async () => {
    const sessionId = fresh('sess');
    const done = (await outcomes()).done ?? 0;
    await tell('session.revoked', { id: sessionId, user_id: first.subjects.patient });
    await eventually(outcomes, (all) => (all.done ?? 0) > done);
    const token = platform.token({ ...personOf(first, 'patient'), sessionId });
    expect(await answers(token)).toEqual(['401 session_revoked', '401 session_revoked']);
  });

  it('makes a user, gives and takes a membership; the other organization stays closed', async () => {
    const subject = fresh('user');
    await tell('user.created', user(subject));
    await tell('organizationMembership.created', membership(subject, 'org:assistant'));
    await eventuallyAnswers(tokenOf(subject), 200);
    const me = (await caller(platform, tokenOf(subject)).get('/v1/me')).body.data as Me;
    expect(me).toMatchObject({ email: `${subject}@clinic.example`, name: 'Ilinca Marin', role: 'assistant' });
    expect(await answers(tokenOf(subject, platform.organizations[1]))).toEqual([
      '403 not_a_member',
      '403 not_a_member',
    ]);
    await tell('organizationMembership.deleted', membership(subject));
    await eventuallyAnswers(tokenOf(subject), '403 not_a_member');
    await tell('user.deleted', { id: subject, deleted: true });
    await eventuallyAnswers(tokenOf(subject, null), '403 not_a_member');
  });

  it('may come in any order and any number of times', async () => {
    const subject = fresh('user');
    const at = (seconds: number) => new Date(Date.now() - 60_000 + seconds * 1000);
    // A membership of a user nobody knows yet waits for the user.
    await tell('organizationMembership.created', membership(subject, 'org:specialist'), at(2));
    await tell('user.updated', user(subject, 'new@clinic.example'), at(3));
    await tell('user.created', user(subject, 'old@clinic.example'), at(1));
    await eventuallyAnswers(tokenOf(subject), 200);
    const me = async () => (await caller(platform, tokenOf(subject)).get('/v1/me')).body.data as Me;
    expect(await me()).toMatchObject({ email: 'new@clinic.example', role: 'specialist' });
    const removal = { type: 'organizationMembership.deleted', data: membership(subject), id: fresh('msg') };
    for (let times = 0; times < 3; times += 1) expect(await platform.tell(removal, second)).toBe(204);
    await eventuallyAnswers(tokenOf(subject), '403 not_a_member');
    // The creation told again, under another id: the removal is newer.
    const { outdated = 0 } = await outcomes();
    await tell('organizationMembership.created', membership(subject, 'org:specialist'), at(2));
    await eventually(outcomes, (all) => (all.outdated ?? 0) > outdated);
    expect(await answers(tokenOf(subject))).toEqual(['403 not_a_member', '403 not_a_member']);
  });

  it('neither gives nor takes compliance: that is ours', async () => {
    const subject = fresh('user');
    await tell('user.created', user(subject));
    await tell('organizationMembership.created', membership(subject, 'org:compliance'));
    await tell('organizationMembership.updated', membership(first.subjects.compliance, 'org:admin'));
    await eventually(outcomes, (all) => !all.waiting);
    expect(await answers(tokenOf(subject))).toEqual(['403 not_a_member', '403 not_a_member']);
    const me = (await caller(platform, first.tokens.compliance).get('/v1/me')).body.data as Me;
    expect(me.role).toBe('compliance');
  });

  it('is told under the path of the source documents too', async () => {
    const webhook = signClerkWebhook(FOREIGN_SECRET, { type: 'user.created', data: { id: 'x' } });
    const answer = await request(platform.coreApi)
      .post('/api/v1/webhooks/clerk')
      .set(webhook.headers)
      .send(webhook.body);
    expect([answer.status, answer.body.code]).toEqual([401, 'webhook_signature_invalid']);
  });

  it('opens and renames an organization, which holds nothing of others', async () => {
    const id = fresh('org');
    const subject = fresh('user');
    await tell('organization.created', { id, name: 'Third clinic', slug: id });
    await tell('user.created', user(subject));
    await tell('organizationMembership.created', {
      ...membership(subject, 'org:admin'),
      organization: { id },
    });
    const token = platform.token({ subject, organization: { id, slug: id, role: 'org:admin' } });
    await eventuallyAnswers(token, 200);
    expect((await caller(platform, token).get('/v1/patients').expect(200)).body.data).toEqual([]);
    await tell('organization.deleted', { id });
    await eventuallyAnswers(token, '403 not_a_member');
  });

  it('is forgotten once it was worked on and is a month old, never before, and never while it waits', async () => {
    const main = await platform.superuser('main');
    const insert = (id: string, outcome: string | null, days: number) =>
      main.query(
        `insert into inbound_events (vendor, vendor_event_id, type, subject, occurred_at, payload, outcome, received_at, due_at)
         values ('retention', $1, 'x', 'x', now(), 'e1.1.x', $2, now() - make_interval(days => $3), now() + interval '1 day')`,
        [id, outcome, days],
      );
    await insert('old', 'done', 31);
    await insert('failed', 'failed', 31);
    await insert('young', 'done', 29);
    await insert('waiting', null, 400);
    await platform.startSecond();
    const kept = () =>
      main.query<{ id: string }>(
        `select vendor_event_id as id from inbound_events where vendor = 'retention' order by 1`,
      );
    await eventually(kept, (rows) => rows.length <= 2);
    expect((await kept()).map(({ id }) => id)).toEqual(['waiting', 'young']);
    await main.close();
  }, 60_000);

  it('counts while Redis is away too, and so do sessions', async () => {
    await redis.stop();
    const sessionId = fresh('sess');
    const token = platform.token({ ...personOf(first, 'specialist'), sessionId });
    expect(await answers(token)).toEqual([200, 200]);
    await caller(platform, token).get(`/v1/patients/${first.patients[0]}`).expect(200);
    await tell('session.revoked', { id: sessionId, user_id: first.subjects.specialist });
    await eventuallyAnswers(token, '401 session_revoked');
  });
});
