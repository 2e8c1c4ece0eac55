import type { AccessExplanation } from '@restartix/contracts';
import { startPlatform, type Platform } from '@restartix/testing';
import { caller } from './api';

describe('an explanation of access', () => {
  let platform: Platform;

  beforeAll(async () => {
    platform = await startPlatform();
  }, 120_000);

  afterAll(() => platform?.stop());

  const explain = async (token: string, id: string): Promise<AccessExplanation> =>
    (await caller(platform, token).get(`/v1/access/explain?resource=patient&id=${id}`).expect(200)).body
      .data as AccessExplanation;

  it('names the relationship and the cell that decide', async () => {
    const { tokens, patients } = platform.organizations[0]!;
    expect(await explain(tokens.specialist, patients[0]!)).toMatchObject({
      relationship: 'in_care',
      allowed: true,
      cell: { read: 'all', update: 'all' },
      care_relationship_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    expect(await explain(tokens.patient, patients[0]!)).toMatchObject({
      relationship: 'own',
      cell: { read: 'all' },
    });
    expect(await explain(tokens.assistant, patients[12]!)).toMatchObject({
      relationship: 'organization',
      cell: { read: 'contact', update: 'contact' },
    });
  });

  it('tells a patient not in care, of another organization, and of nowhere in the same words', async () => {
    const { tokens, patients } = platform.organizations[0]!;
    const ids = [
      patients[12]!,
      platform.organizations[1]!.patients[0]!,
      '01900000-0000-7000-8000-000000000000',
    ];
    const answers = await Promise.all(ids.map((id) => explain(tokens.specialist, id)));
    for (const answer of answers) {
      expect(answer).toEqual({ ...answers[0], id: answer.id });
      expect(answer).toMatchObject({
        relationship: 'none',
        allowed: false,
        cell: {},
        care_relationship_id: null,
      });
    }
  });

  it('refuses an id of the wrong kind and an unknown resource', async () => {
    const desk = caller(platform, platform.organizations[0]!.tokens.assistant);
    await desk.get('/v1/access/explain?resource=patient&id=1').expect(400);
    await desk
      .get('/v1/access/explain?resource=organization&id=01900000-0000-7000-8000-000000000000')
      .expect(400);
    await desk.get('/v1/access/explain?resource=key&id=1').expect(400);
  });
});
