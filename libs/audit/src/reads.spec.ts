import type { Problem } from '@restartix/contracts';
import { createTestDatabases, type TestDatabases } from '@restartix/testing';
import request from 'supertest';
import { ClinicApp, PATIENTS, SECRET_NAME } from '../test/clinic-app';

const USER = '0192f3a1-1234-7123-8123-123456789012';

describe('the read capture', () => {
  let databases: TestDatabases;
  let clinic: ClinicApp;

  beforeAll(async () => {
    databases = await createTestDatabases();
    clinic = await new ClinicApp(databases).open();
  });
  afterAll(async () => {
    await clinic?.close();
    await databases?.drop();
  });
  beforeEach(() => clinic.superuser.query('truncate audit_outbox'));

  const as = (organization: number, path: string, method: 'get' | 'patch' = 'get', role = 'compliance') =>
    request(clinic.app.getHttpServer())
      [method](path)
      .set('x-as', `${role} ${organization} ${USER}`)
      .set('user-agent', 'spec');

  it('leaves exactly one event for a record shown, with everything that is known of the request', async () => {
    const id = PATIENTS[1][0]!;
    const answer = await as(1, `/v1/patients/${id}`).set('x-forwarded-for', '203.0.113.7').expect(200);
    expect(answer.body).toEqual({ data: { id, last_name: SECRET_NAME } });
    expect(await clinic.events()).toEqual([
      {
        event_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
        organization_id: 1,
        user_id: USER,
        user_email: 'e1.1.email',
        user_role: 'compliance',
        action: 'view',
        resource_type: 'patient',
        resource_id: id,
        patient_id: id,
        ip_address: '203.0.113.7',
        user_agent: 'spec',
        request_id: answer.headers['x-request-id'],
        success: true,
        details: {},
      },
    ]);
  });

  it('leaves no view event for a record of another organization, which it does not find', async () => {
    const answer = await as(2, `/v1/patients/${PATIENTS[1][0]}`).expect(404);
    expect(answer.text).not.toContain(SECRET_NAME);
    expect((await clinic.events()).map(({ action }) => action)).toEqual(['deny']);
  });

  it.each([1, 2] as const)(
    'leaves one event for each record a search in organization %d shows, under one request id',
    async (organization) => {
      const answer = await as(organization, '/v1/patients').expect(200);
      const events = await clinic.events();
      expect(events.map((event) => [event.action, event.organization_id, event.patient_id])).toEqual(
        PATIENTS[organization].map((id) => ['search', organization, id]),
      );
      expect(new Set(events.map((event) => event.request_id))).toEqual(
        new Set([answer.headers['x-request-id']]),
      );
      expect(new Set(events.map((event) => event.event_id)).size).toBe(events.length);
    },
  );

  it('lets an answer pass that shows nobody, and leaves no event for it', async () => {
    const answer = await as(1, '/v1/patients', 'get', 'patient').expect(200);
    expect(answer.body).toEqual({ data: [], meta: {} });
    expect(await clinic.events()).toEqual([]);
  });

  it('counts a change as the record of what it shows: one event, of the row trigger', async () => {
    const id = PATIENTS[2][0]!;
    const answer = await as(2, `/v1/patients/${id}`, 'patch', 'org_admin').expect(200);
    const events = await clinic.events();
    expect(events).toMatchObject([
      {
        action: 'update',
        patient_id: id,
        organization_id: 2,
        request_id: answer.headers['x-request-id'],
        details: { changes: { city: { new: 'e1.1.city' } } },
      },
    ]);
  });

  it('matches every one of a hundred requests of two organizations at once with its own event', async () => {
    const asked = Array.from({ length: 100 }, (_, index) => {
      const organization = (1 + (index % 2)) as 1 | 2;
      return { organization, id: PATIENTS[organization][index % PATIENTS[organization].length]! };
    });
    const answers = await Promise.all(
      asked.map(({ organization, id }) => as(organization, `/v1/patients/${id}`)),
    );
    const events = new Map((await clinic.events()).map((event) => [event.request_id, event]));
    expect(events.size).toBe(100);
    for (const [index, answer] of answers.entries()) {
      const { organization, id } = asked[index]!;
      expect(answer.status).toBe(200);
      expect(events.get(answer.headers['x-request-id']!)).toMatchObject({
        organization_id: organization,
        patient_id: id,
      });
    }
  });

  describe('an answer that was not registered', () => {
    const withheld = async (answer: request.Response) => {
      expect([answer.status, (answer.body as Problem).code]).toEqual([500, 'unregistered_phi']);
      expect(answer.text).not.toContain(SECRET_NAME);
      const denials = (await clinic.events()).filter(({ action }) => action === 'deny');
      expect(denials).toMatchObject([
        {
          success: false,
          user_id: USER,
          organization_id: 1,
          request_id: answer.headers['x-request-id'],
          resource_type: 'patient',
          details: { failure_reason: 'unregistered_phi', status: 500, route: 'GET /v1/forgetful/:way/:id' },
        },
      ]);
    };

    it.each([
      ['a record', 'one'],
      ['one record of a list', 'list'],
      ['another record than the one registered', 'other'],
      ['a record registered as another kind of thing', 'type'],
      ['a record without its id', 'nameless'],
      ['a record outside the envelope', 'bare'],
      ['a list outside the envelope', 'bareList'],
      ['a text', 'text'],
      ['records under another name', 'otherKey'],
    ])('is withheld, and its event says so: %s', async (_, way) => {
      await withheld(await as(1, `/v1/forgetful/${way}/${PATIENTS[1][0]}`));
    });

    it('is withheld although an earlier request of the same caller registered it', async () => {
      const id = PATIENTS[1][0]!;
      await as(1, `/v1/patients/${id}`).expect(200);
      await withheld(await as(1, `/v1/forgetful/one/${id}`));
    });
  });

  it('refuses an event outside a unit of work', async () => {
    await as(1, '/v1/outside').expect(500);
    expect(await clinic.events()).toMatchObject([
      { action: 'deny', details: { failure_reason: 'internal_error' } },
    ]);
  });

  describe('while the outbox cannot be written', () => {
    it.each([1, 2] as const)('shows nothing in organization %d: no record, no list', async (organization) => {
      for (const path of [`/v1/patients/${PATIENTS[organization][0]}`, '/v1/patients']) {
        const answer = await clinic.withoutOutbox(() => as(organization, path).then((response) => response));
        expect([answer.status, (answer.body as Problem).code]).toEqual([503, 'audit_unavailable']);
        expect(answer.text).not.toContain(SECRET_NAME);
      }
      expect(await clinic.events()).toEqual([]);
      await as(organization, '/v1/patients').expect(200);
    });

    it('changes nothing', async () => {
      const id = PATIENTS[1][1]!;
      const answer = await clinic.withoutOutbox(() =>
        as(1, `/v1/patients/${id}`, 'patch', 'org_admin').then((response) => response),
      );
      expect([answer.status, (answer.body as Problem).code]).toEqual([503, 'audit_unavailable']);
      expect(await clinic.superuser.query('select city from patients where id = $1', [id])).toEqual([
        { city: null },
      ]);
    });
  });
});
