import type { Patient, PatientClaim, PersonProfile, RedeemedClaim } from '@restartix/contracts';
import { personOf, startPlatform, type Platform, type ProvisionedOrganization } from '@restartix/testing';
import { caller, eventsOf, requestId, type Caller } from './api';
import { textOfMessage } from './message-text';

const BIRTH = '1950-02-28';

/** Logins of the second organization become patients of the first, whose desk has made records for them. */
describe('the claim of a record', () => {
  let platform: Platform;
  let clinic: ProvisionedOrganization;
  let second: ProvisionedOrganization;
  type Role = keyof ProvisionedOrganization['tokens'];
  const as = (role: Role, of = clinic) => caller(platform, of.tokens[role]);
  const hostOf = ({ slug }: ProvisionedOrganization) => `${slug}.portal.restartix.app`;
  /** Somebody signed in to no organization. */
  const login = (role: Role, of = second) => caller(platform, platform.token({ subject: of.subjects[role] }));
  /** The same, signed in to the clinic as its patient. */
  const patient = (role: Role) => {
    const { organization } = personOf(clinic, 'patient');
    return caller(platform, platform.token({ subject: second.subjects[role], organization }));
  };

  beforeAll(async () => {
    platform = await startPlatform({ patients: 3 });
    [clinic, second] = platform.organizations as [ProvisionedOrganization, ProvisionedOrganization];
  }, 240_000);
  afterAll(() => platform?.stop());

  const register = async (more: object = {}, by = as('assistant')) =>
    (
      (
        await by
          .post('/v1/patients', {
            first_name: 'Dana',
            last_name: 'Birou',
            email: 'dana@example.org',
            ...more,
          })
          .expect(201)
      ).body.data as Patient
    ).id;
  const issue = (record: string, by = as('assistant')) => by.post(`/v1/patients/${record}/claims`, {});
  /** The code that was sent last to the contact of a record. */
  const codeFor = async (record: string) => {
    const main = await platform.superuser('main');
    const [row] = await main.query<{ id: string; data: string; wrapped_key: string }>(
      `select id, data, wrapped_key from messages where recipient_patient_id = $1 and template = 'patient.claim'
        order by created_at desc, id desc limit 1`,
      [record],
    );
    await main.close();
    return (await textOfMessage<{ code: string }>(platform, clinic.id, row!)).code;
  };
  const sent = async (record: string) => {
    await issue(record).expect(201);
    return codeFor(record);
  };
  const redeem = (who: Caller, code: string, more: object = {}) =>
    who.post('/v1/me/claims', { host: hostOf(clinic), code, date_of_birth: BIRTH, ...more });
  const refused = async (request: PromiseLike<{ status: number; body: { code?: string } }>) => {
    const { status, body } = await request;
    return `${status} ${body.code}`;
  };
  const eventWords = async (id: string, count: number) =>
    (await eventsOf(as('compliance'), id, count))
      .map((event) => `${event.action} ${event.resource_type}`)
      .sort();
  const asSuperuser = async <R extends object>(text: string, values: unknown[] = []) => {
    const main = await platform.superuser('main');
    try {
      return await main.query<R>(text, values);
    } finally {
      await main.close();
    }
  };
  const ownerOf = async (record: string) =>
    (
      await asSuperuser<{ owner: string | null; person: string; person_owner: string | null }>(
        `select p.user_id as owner, p.patient_person_id as person, h.user_id as person_owner
           from patients p join patient_persons h on h.id = p.patient_person_id where p.id = $1`,
        [record],
      )
    )[0]!;

  it('makes who confirms the code the owner of record and person, once, and says so in the clinic’s trail', async () => {
    const record = await register();
    const issued = await issue(record).expect(201);
    const { channel, ...claim } = issued.body.data as PatientClaim;
    expect([channel, Object.keys(claim).sort()]).toEqual(['email', ['expires_at', 'id']]);
    expect(await eventWords(requestId(issued), 2)).toEqual(['create message', 'create patient_claim']);
    const code = await codeFor(record);
    expect(JSON.stringify(issued.body)).not.toContain(code);

    const me = login('specialist');
    await me.get(`/v1/patients/${record}`).expect(403);
    expect(await refused(redeem(me, '0000-0000-0000'))).toBe('403 claim_invalid');
    expect(await refused(redeem(me, code, { host: hostOf(second) }))).toBe('403 claim_invalid');
    await redeem(me, code, { host: 'unknown.portal.restartix.app' }).expect(404);
    for (const more of [
      { patient_id: record },
      { patient_person_id: record },
      { user_id: record },
      { code: 'short' },
    ])
      await redeem(me, code, more).expect(400);
    const answer = await redeem(me, ` ${code.toLowerCase().replaceAll('-', ' ')}`).expect(201);
    expect(answer.body.data as RedeemedClaim).toEqual({ organization_id: clinic.id, patient_id: record });
    expect(await eventWords(requestId(answer), 4)).toEqual([
      ...['create membership', 'update patient', 'update patient_claim', 'update patient_person'],
    ]);
    const owner = await ownerOf(record);
    expect([owner.owner, owner.person_owner]).toEqual([second.users.specialist, second.users.specialist]);
    await patient('specialist').get(`/v1/patients/${record}`).expect(200);
    await patient('specialist').patch('/v1/me/profile', { sex: 'female' }).expect(200);
    expect(await refused(redeem(me, code))).toBe('409 claim_used');
    expect(await refused(redeem(login('assistant'), code))).toBe('409 claim_used');
    expect(await refused(issue(record))).toBe('409 claim_taken');
  });

  it('joins the record to the person its owner is already: nothing is sealed anew, and the desk’s person is gone', async () => {
    const home = as('patient', second);
    await home.patch('/v1/me/profile', { occupation: 'Dulgher' }).expect(200);
    const record = await register({ first_name: 'Alt', last_name: 'Nume' });
    const before = await ownerOf(record);
    const columns = `select first_name, last_name, email, last_name_index from patients where id = $1`;
    const sealed = await asSuperuser(columns, [record]);
    const answer = await redeem(login('patient'), await sent(record)).expect(201);
    expect(await eventWords(requestId(answer), 4)).toEqual([
      ...['create membership', 'delete patient_person', 'update patient', 'update patient_claim'],
    ]);
    const own = (await home.get('/v1/me/profile').expect(200)).body.data as PersonProfile;
    expect((await ownerOf(record)).person).toBe(own.id);
    expect(await asSuperuser('select 1 from patient_persons where id = $1', [before.person])).toEqual([]);
    expect(await asSuperuser(columns, [record])).toEqual(sealed);
    const there = (await patient('patient').get('/v1/me/profile').expect(200)).body.data as PersonProfile;
    expect(there).toMatchObject({ id: own.id, occupation: 'Dulgher', last_name: 'Nume' });
    // Being somebody's patient is no leave to read what they keep for themselves.
    const shown = (await as('org_admin').get(`/v1/patients/${record}/profile`).expect(200)).body
      .data as object;
    expect(Object.keys(shown).sort()).toEqual(['first_name', 'id', 'last_name', 'user_id']);
  });

  it('takes the date of birth where the record has one, and after five wrong ones a new code', async () => {
    const record = await register({ date_of_birth: BIRTH }, as('specialist'));
    const code = await sent(record);
    const me = login('assistant');
    const wrong = () => redeem(me, code, { date_of_birth: '1950-03-01' });
    const [first, ...more] = [await wrong(), await wrong(), await wrong(), await wrong(), await wrong()];
    for (const { status, body } of [first, ...more])
      expect(`${status} ${body.code}`).toBe('403 claim_invalid');
    expect(await eventWords(requestId(first), 1)).toEqual(['update patient_claim']); // a wrong answer is kept
    expect(await refused(redeem(me, code))).toBe('409 claim_locked');
    expect((await ownerOf(record)).owner).toBeNull();
    await redeem(me, await sent(record)).expect(201);
  });

  it('is refused when it is too old, replaced by a newer one, or the record was erased or has a login by now', async () => {
    const me = login('org_admin');
    const record = await register();
    const [old, code] = [await sent(record), await sent(record)];
    expect(await refused(redeem(me, old))).toBe('409 claim_expired');
    await asSuperuser(
      `update patient_claims set issued_at = now() - interval '2 days', expires_at = now() - interval '1 second'
        where patient_id = $1`,
      [record],
    );
    expect(await refused(redeem(me, code))).toBe('409 claim_expired');

    const erased = await register();
    const its = await sent(erased);
    await as('compliance').post(`/v1/patients/${erased}/erasure`, { reason: 'Asked for' }).expect(200);
    expect(await refused(redeem(me, its))).toBe('403 claim_invalid');
    expect(await refused(issue(erased))).toBe('404 not_found');

    const taken = await register();
    const late = await sent(taken);
    await asSuperuser('update patients set user_id = $2 where id = $1', [taken, clinic.users.org_admin]);
    expect(await refused(redeem(me, late))).toBe('409 claim_taken');
    expect((await ownerOf(taken)).owner).toBe(clinic.users.org_admin);
    const left = await asSuperuser(
      'select 1 from user_organizations where organization_id = $1 and user_id = $2',
      [...[clinic.id, second.users.org_admin]],
    );
    expect(left).toEqual([]); // no refusal leaves a membership behind
    const untold = await asSuperuser('select user_id from untold_memberships where organization_id = $1', [
      clinic.id,
    ]);
    expect(untold).toContainEqual({ user_id: second.users.assistant }); // Clerk is to be told of who was admitted
    expect(untold).not.toContainEqual({ user_id: second.users.org_admin });
  });

  it('is refused to who has another record there, and to its staff; the code stays good for whom it is meant', async () => {
    const record = await register();
    const code = await sent(record);
    expect(await refused(redeem(as('patient'), code))).toBe('409 claim_other_record');
    expect(await refused(redeem(login('specialist', clinic), code))).toBe('409 conflict');
    expect((await ownerOf(record)).owner).toBeNull();
    const rivals = await Promise.all([redeem(login('org_admin'), code), redeem(login('compliance'), code)]);
    expect(rivals.map(({ status, body }) => [status, body.code]).sort()).toEqual([
      [201, undefined],
      [409, 'claim_used'],
    ]);
  });

  it('is issued by the staff who may see the record, to a contact the record has', async () => {
    const record = await register({ email: null, phone: null });
    expect(await refused(issue(record))).toBe('409 conflict');
    const other = await register({ email: null, phone: '+40799000333' });
    expect((await issue(other).expect(201)).body.data).toMatchObject({ channel: 'sms' });
    for (const role of ['patient', 'compliance'] as const)
      expect(await refused(issue(other, as(role)))).toBe('403 forbidden');
    expect(await refused(issue(other, as('specialist')))).toBe('404 not_found'); // not in care
    expect(await refused(issue(other, as('assistant', second)))).toBe('404 not_found');
    await caller(platform).post('/v1/me/claims', {}).expect(401);
    const key = { label: 'Machine', scopes: ['patient_claim:create'] };
    await as('org_admin').post('/v1/api-keys', key).expect(400); // a machine gives no record away
  });

  it('stands in no log and no table as it was sent', async () => {
    const record = await register();
    const code = await sent(record);
    const tables = await asSuperuser<{ name: string }>(
      `select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
    );
    for (const { name } of tables) {
      const rows = await asSuperuser(`select 1 from ${name} t where to_jsonb(t)::text ~* $1`, [
        `${code}|${code.replaceAll('-', '')}`,
      ]);
      expect([name, rows]).toEqual([name, []]);
    }
    await redeem(login('org_admin'), '1111-1111-1111');
    for (const service of ['coreApi', 'telemetryApi'] as const) {
      expect(platform.logs(service)).not.toContain(code);
      expect(platform.logs(service)).not.toContain('1111-1111-1111');
    }
  });
});
