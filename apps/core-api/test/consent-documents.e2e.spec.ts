import { createHash } from 'node:crypto';
import type { ConsentText, PatientConsent } from '@restartix/contracts';
import { startPlatform, type Platform, type ProvisionedOrganization } from '@restartix/testing';
import type { Response } from 'supertest';
import { caller, eventsOf, requestId, type Caller } from './api';
import { readPdf } from './pdf-text';

const BODY = `Sunt de acord ca ședințele mele să fie înregistrate și țin la confidențialitate.
Întrebările mele au primit răspuns: Ă Â Î Ș Ț, ă â î ș ț.`;
const today = (): string => new Date().toISOString().slice(0, 10);
const shown = (time: string): string => `${time.slice(0, 19).replace('T', ' ')} UTC`;

describe('a consent as a document', () => {
  let platform: Platform;
  let clinic: ProvisionedOrganization;
  let second: ProvisionedOrganization;
  let as: (role: 'patient' | 'specialist' | 'assistant' | 'org_admin' | 'compliance') => Caller;
  let path: string;

  beforeAll(async () => {
    platform = await startPlatform({ patients: 12 });
    [clinic, second] = platform.organizations as [ProvisionedOrganization, ProvisionedOrganization];
    as = (role) => caller(platform, clinic.tokens[role]);
    path = `/v1/patients/${clinic.patients[0]}/consents`;
  }, 240_000);

  afterAll(() => platform?.stop());

  async function publish(kind: string, body = BODY): Promise<ConsentText> {
    const answer = await as('org_admin').post('/v1/consent-texts', {
      kind,
      title: 'Acord de înregistrare',
      body,
    });
    return answer.body.data as ConsentText;
  }
  const sign = async (text: ConsentText) =>
    (await as('patient').post(path, { consent_text_id: text.id }).expect(201)).body.data as PatientConsent;
  const fetchPdf = (id: string, by: Caller = as('patient')) => by.get(`${path}/${id}/pdf`);
  const read = ({ body }: Response) => {
    const { pages, info } = readPdf(body as Buffer);
    return { text: pages.join('\n').replace(/\s+/g, ' '), pages, info };
  };

  it('says which text was signed, by whom, when and how, and leaves one event before its bytes', async () => {
    const text = await publish('recording');
    const consent = await sign(text);
    await publish('recording', 'A newer text'); // the version that was signed stays
    const answer = await fetchPdf(consent.id).expect(200);
    expect(answer.headers).toMatchObject({
      ...{ 'content-type': 'application/pdf', 'cache-control': 'no-store' },
      'content-disposition': 'attachment; filename="consent.pdf"',
    });
    const { text: words, info } = read(answer);
    for (const line of BODY.split('\n')) expect(words).toContain(line);
    expect(words).toContain('Acord de înregistrare');
    expect(words).toContain(`recording, version 1, published on ${shown(text.published_at)}`);
    expect(words).toContain(`Electronically, by the patient in person, on ${shown(consent.given_at)}`);
    expect(words).toContain('Not withdrawn');
    expect(words).toContain(createHash('sha256').update(BODY).digest('hex'));
    expect(words).not.toContain('A newer text');
    const [patient] = (await as('patient').get('/v1/patients').expect(200)).body.data as {
      first_name: string;
      last_name: string;
    }[];
    expect(words).toContain(`${patient!.first_name} ${patient!.last_name}`);
    expect(JSON.stringify(info)).not.toContain(patient!.last_name); // nothing of whom where files are listed
    const events = await eventsOf(as('compliance'), requestId(answer), 1);
    expect(events).toMatchObject([
      {
        ...{ action: 'export', resource_type: 'patient_consent', resource_id: consent.id },
        ...{ patient_id: clinic.patients[0], user_role: 'patient', success: true },
      },
    ]);
  });

  it('says who of the desk recorded a paper and a withdrawal', async () => {
    const text = await publish('telehealth');
    const body = { consent_text_id: text.id, signed_on: today() };
    const paper = (await as('assistant').post(`${path}/on-paper`, body).expect(201)).body
      .data as PatientConsent;
    await as('org_admin').post(`${path}/${paper.id}/withdraw-at-desk`, { told_on: today() }).expect(200);
    for (const role of ['patient', 'specialist', 'assistant', 'org_admin', 'compliance'] as const) {
      const { text: words } = read(await fetchPdf(paper.id, as(role)).expect(200));
      expect(words).toContain(`On paper, signed on ${today()}`);
      expect(words).toMatch(/Recorded at the desk by \S+ .* on \d{4}-/);
      expect(words).toContain(`Told to the desk on ${today()}`);
      expect(words).not.toContain(clinic.users.assistant); // by name
    }
  });

  it('says that the patient withdrew, and lays a long text out over pages', async () => {
    const text = await publish('photographs', `${'Rând după rând.\n'.repeat(200)}Sfârșit.`);
    const consent = await sign(text);
    const withdrawn = (await as('patient').post(`${path}/${consent.id}/withdraw`, {}).expect(200)).body
      .data as PatientConsent;
    const { pages, text: words } = read(await fetchPdf(consent.id).expect(200));
    expect(words).toContain('Sfârșit.');
    expect(words).toContain(`Electronically, by the patient in person, on ${shown(withdrawn.withdrawn_at!)}`);
    expect(pages.length).toBeGreaterThan(3);
    for (const [index, page] of pages.entries()) expect(page).toContain(`${index + 1} of ${pages.length}`);
  });

  it('is closed to another organization, to other patients’ records, and without its event', async () => {
    const consent = await sign(await publish('newsletter'));
    for (const role of ['specialist', 'org_admin', 'compliance'] as const)
      await fetchPdf(consent.id, caller(platform, second.tokens[role])).expect(404);
    await fetchPdf(consent.id, caller(platform, platform.superadminToken)).expect(403);
    await fetchPdf(consent.id, caller(platform)).expect(401);
    await as('specialist').get(`/v1/patients/${clinic.patients[1]}/consents/${consent.id}/pdf`).expect(404);
    const owner = await platform.superuser('main');
    try {
      await owner.query('revoke insert on audit_outbox from core_app');
      const answer = await fetchPdf(consent.id).expect(503);
      expect(answer.body.code).toBe('audit_unavailable');
    } finally {
      await owner.query('grant insert on audit_outbox to core_app');
      await owner.close();
    }
  });
});
