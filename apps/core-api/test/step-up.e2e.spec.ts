import type { Confirmed, Enrolment, StepUpChallenge, StepUpProof } from '@restartix/contracts';
import { personOf, startPlatform, type Platform, type ProvisionedOrganization } from '@restartix/testing';
import { SoftwareAuthenticator } from '@restartix/vendor-lab';
import { stepAt, totpCode } from '../src/access/step-up/totp.policy';
import { caller, eventsOf, eventually, requestId, type Caller } from './api';
import { textOfMessage } from './message-text';
import { secretOf } from './totp';

const ORIGIN = 'https://app.lab.example';
const RP = 'app.lab.example';

describe('the second factor', () => {
  let platform: Platform;
  let first: ProvisionedOrganization;
  let compliance: Caller;
  let names = 0;

  beforeAll(async () => {
    platform = await startPlatform({ patients: 12, environment: { coreApi: { STEP_UP_MINUTES: '5' } } });
    first = platform.organizations[0]!;
    compliance = caller(platform, first.tokens.compliance);
  }, 120_000);

  afterAll(() => platform?.stop());

  /** A session that has shown the identity provider a password and nothing else. */
  function signIn(role: keyof ProvisionedOrganization['subjects'], sessionId = `sess_mfa_${(names += 1)}`) {
    const iat = Math.floor(platform.clock.now().getTime() / 1000) - 2;
    const token = (organization = first, more: object = {}) =>
      platform.token({
        ...personOf(organization, role),
        subject: first.subjects[role],
        sessionId,
        secondFactor: 'none',
        overrides: { iat, ...more },
      });
    return { sessionId, token, as: caller(platform, token()) };
  }

  async function enrolTotp(as: Caller): Promise<{ id: string; secret: Buffer; recoveryCodes: string[] }> {
    const enrolment = (await as.post('/v1/second-factors', { kind: 'totp' }).expect(201)).body
      .data as Enrolment;
    const secret = secretOf(enrolment.otpauth_uri!);
    const confirmed = await as
      .post(`/v1/second-factors/${enrolment.id}/confirm`, { code: codeOf(secret) })
      .expect(200);
    const { recovery_codes } = confirmed.body.data as Confirmed;
    return { id: enrolment.id, secret, recoveryCodes: recovery_codes };
  }

  /** Lines are written in batches: what was logged stands in the log a moment later. */
  const logged = (text: string) =>
    eventually(
      async () => platform.logs('coreApi'),
      (log) => log.includes(text),
    );
  const codeOf = (secret: Buffer, drift = 0) => totpCode(secret, stepAt(platform.clock.now()) + drift);
  const verify = (as: Caller, body: object) => as.post('/v1/step-up/verify', body);
  const ceremony = (options: object) => ({
    challenge: (options as { challenge: string }).challenge,
    origin: ORIGIN,
    rpId: RP,
  });

  async function enrolKey(as: Caller, key: SoftwareAuthenticator, proof = ''): Promise<Confirmed> {
    const begun = await as
      .post('/v1/second-factors', { kind: 'webauthn' })
      .set('Step-Up-Proof', proof)
      .expect(201);
    const { id, options } = begun.body.data as Enrolment;
    const credential = key.register(ceremony(options!));
    const confirmed = await as
      .post(`/v1/second-factors/${id}/confirm`, { credential })
      .set('Step-Up-Proof', proof)
      .expect(200);
    return confirmed.body.data as Confirmed;
  }

  /** The code a patient reads. */
  const codeIn = async (message: { id: string; data: string; wrapped_key: string }): Promise<string> =>
    (await textOfMessage<{ code: string }>(platform, first.id, message)).code;

  it.each(['specialist', 'assistant', 'org_admin', 'compliance'] as const)(
    'is mandatory for %s, who without it reaches what is about oneself and nothing else',
    async (role) => {
      const { as } = signIn(role);
      for (const path of [
        '/v1/patients',
        '/v1/specialists',
        '/v1/access/explain?resource=organization&id=1',
      ]) {
        const refused = await as.get(path);
        if (refused.body.code !== 'forbidden')
          expect([refused.status, refused.body.code]).toEqual([403, 'mfa_required']);
        expect(refused.body).not.toHaveProperty('data');
      }
      await as.get('/v1/me').expect(200);
    },
  );

  it('is not for a patient', async () => {
    await signIn('patient').as.get('/v1/patients').expect(200);
  });

  it('of the identity provider suffices for staff, not for compliance, which needs a hardware key', async () => {
    const any = (role: 'specialist' | 'compliance') =>
      caller(platform, signIn(role).token(first, { fva: [0, 0] }));
    await any('specialist').get('/v1/patients').expect(200);
    const refused = await any('compliance').get('/v1/audit-logs').expect(403);
    expect(refused.body.code).toBe('mfa_hardware_key_required');
    await compliance.get('/v1/audit-logs').expect(200);
  });

  it('is an authenticator app: enrolled, shown once per code, within a step, with codes for the day it is lost', async () => {
    const { as } = signIn('specialist');
    const { secret, recoveryCodes } = await enrolTotp(as);
    expect(recoveryCodes).toHaveLength(10);
    await as.get('/v1/patients').expect(403);
    platform.clock.advance(120_000);
    const code = codeOf(secret, -1);
    const shown = await verify(as, { purpose: 'session', totp: code }).expect(200);
    expect(shown.body.data as StepUpProof).toMatchObject({ purpose: 'session' });
    await as.get('/v1/patients').expect(200);
    expect((await verify(as, { purpose: 'session', totp: code }).expect(403)).body.code).toBe(
      'second_factor_invalid',
    );
    await verify(as, { purpose: 'session', totp: codeOf(secret, 2) }).expect(403);
    await verify(as, { purpose: 'session', totp: codeOf(secret, 1) }).expect(200);
    const lost = signIn('specialist').as;
    await verify(lost, { purpose: 'session', recovery_code: recoveryCodes[0] }).expect(200);
    await lost.get('/v1/patients').expect(200);
    await verify(lost, { purpose: 'session', recovery_code: recoveryCodes[0] }).expect(403);
    expect(await eventsOf(compliance, requestId(shown), 1)).toEqual(
      expect.arrayContaining([expect.objectContaining({ action: 'step_up', success: true })]),
    );
  });

  it('is kept as an envelope and as hashes, and no answer shows it again', async () => {
    const main = await platform.superuser('main');
    const { as } = signIn('assistant');
    const { secret, recoveryCodes } = await enrolTotp(as);
    const dump = JSON.stringify([
      await main.query('select * from second_factors'),
      await main.query('select * from recovery_codes'),
      await main.query('select event from audit_outbox'),
      (await as.get('/v1/second-factors').expect(200)).body,
    ]);
    for (const known of [secret.toString('base64url'), secret.toString('hex'), recoveryCodes[0]!])
      expect(dump).not.toContain(known);
    await main.close();
  });

  it('needs the one there is to add another or to remove it, in the same session and for that purpose', async () => {
    const { as } = signIn('org_admin');
    const { id, secret } = await enrolTotp(as);
    platform.clock.advance(60_000);
    expect((await as.post('/v1/second-factors', { kind: 'totp' }).expect(403)).body.code).toBe(
      'step_up_required',
    );
    const proofFor = async (purpose: string) => {
      platform.clock.advance(60_000);
      const { body } = await verify(as, { purpose, totp: codeOf(secret) }).expect(200);
      return (body.data as StepUpProof).proof;
    };
    const remove = (who: Caller, proof: string) =>
      who.to('delete', `/v1/second-factors/${id}`).set('Step-Up-Proof', proof);
    const other = await proofFor('session');
    await remove(as, other).expect(403);
    const proof = await proofFor('second_factors');
    await remove(signIn('org_admin').as, proof).expect(403);
    await remove(as, `${proof}x`).expect(403);
    platform.clock.advance(5 * 60_000);
    await remove(as, proof).expect(403);
    await remove(as, await proofFor('second_factors')).expect(204);
    expect((await as.get('/v1/second-factors')).body.data).toEqual([]);
  });

  it('of compliance is a hardware key: a one-time code opens nothing, and a key of a phone neither', async () => {
    const { as } = signIn('compliance');
    const { secret } = await enrolTotp(as);
    platform.clock.advance(60_000);
    await verify(as, { purpose: 'second_factors', totp: codeOf(secret) }).expect(200);
    expect((await as.get('/v1/audit-logs').expect(403)).body.code).toBe('mfa_hardware_key_required');
    const main = await platform.superuser('main');
    await main.query('delete from second_factors where user_id = $1', [first.users.compliance]);
    await main.close();
    const key = new SoftwareAuthenticator();
    expect((await enrolKey(as, key)).factor).toMatchObject({ kind: 'webauthn', device_bound: true });
    const challenged = await as.post('/v1/step-up', { kind: 'webauthn' }).expect(201);
    const { id, options } = challenged.body.data as StepUpChallenge;
    const unverified = key.assert({ ...ceremony(options!), userVerified: false });
    const answer = { purpose: 'session', challenge_id: id };
    await verify(as, { ...answer, credential: unverified }).expect(403);
    const again = (await as.post('/v1/step-up', { kind: 'webauthn' })).body.data as StepUpChallenge;
    const credential = key.assert(ceremony(again.options!));
    await verify(as, { ...answer, challenge_id: again.id, credential }).expect(200);
    await as.get('/v1/audit-logs').expect(200);
    // The same answer a second time: its challenge is gone.
    await verify(as, { ...answer, challenge_id: again.id, credential }).expect(403);
  });

  it('by text message is for patients, and no factor of staff in the same session', async () => {
    const patient = signIn('patient');
    const asked = await patient.as.post('/v1/step-up', { kind: 'sms' }).expect(201);
    const { id } = asked.body.data as StepUpChallenge;
    await verify(patient.as, { purpose: 'session', challenge_id: id, sms_code: '000000' }).expect(403);
    const main = await platform.superuser('main');
    const sent = await eventually(
      () =>
        main.query<{ id: string; status: string; data: string; wrapped_key: string }>(
          "select * from messages where template = 'step_up.code'",
        ),
      ([message]) => message?.status === 'sent',
    );
    await main.close();
    expect(sent[0]!.data).toMatch(/^e1\./);
    const sms_code = await codeIn(sent[0]!);
    const right = { purpose: 'session', challenge_id: id, sms_code };
    const stranger = signIn('patient'); // another session of the same user
    await verify(stranger.as, right).expect(403);
    const shown = await verify(patient.as, right).expect(200);
    expect(shown.body.data as StepUpProof).toMatchObject({ purpose: 'session' });
    await verify(patient.as, right).expect(403); // it was good once
    await logged('"template":"step_up.code"');
    const refused = await signIn('specialist').as.post('/v1/step-up', { kind: 'sms' }).expect(403);
    expect(refused.body.code).toBe('forbidden');
  });

  it('slows down who guesses, locks the account with an event, an alert and a message, and forgives later', async () => {
    const { as } = signIn('patient');
    const { secret } = await enrolTotp(as);
    platform.clock.advance(60_000);
    await verify(as, { purpose: 'session', totp: codeOf(secret) }).expect(200); // forgives what was wrong before
    const codes: string[] = [];
    let last;
    for (let count = 0; count < 10; count += 1) {
      last = await verify(as, { purpose: 'session', recovery_code: 'aaaa-aaaa-aaaa-aaaa' });
      codes.push(last.body.code as string);
      if (count < 9) platform.clock.advance(70_000);
    }
    expect(codes).toEqual([...Array<string>(9).fill('second_factor_invalid'), 'step_up_locked']);
    expect(last!.status).toBe(429);
    expect(Number(last!.headers['retry-after'])).toBeGreaterThan(3000);
    platform.clock.advance(60_000);
    await verify(as, { purpose: 'session', totp: codeOf(secret) }).expect(429);
    await logged('step_up_locked_out');
    const events = await eventsOf(compliance, requestId(last!), 2);
    expect(events.map(({ action, success }) => `${action} ${success}`).sort()).toEqual([
      'create true', // the message
      'step_up false',
    ]);
    const main = await platform.superuser('main');
    const told = await main.query("select 1 from messages where template = 'step_up.locked'");
    await main.close();
    expect(told).toHaveLength(1);
    platform.clock.advance(3_600_000);
    await verify(as, { purpose: 'session', totp: codeOf(secret) }).expect(200);
  });
});
