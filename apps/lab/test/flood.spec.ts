import type { Database } from '@restartix/database';
import { startPlatform, type Platform } from '@restartix/testing';
import { fetchDocument, type OpenApiDocument } from '../src/fuzz/document';
import { printProgress } from '../src/fuzz/print';
import { Flood, type FloodCounts } from '../src/flood/flood';
import { ForeignFinder } from '../src/flood/foreign-finder';
import { printCounts, printLeaks } from '../src/flood/print';
import { Saboteur } from '../src/flood/saboteur';

const REQUESTS = Number(process.env.FLOOD_REQUESTS ?? 1500);
/** The same requests in every run of the suite; `npm run flood` takes new ones each time. */
const SEED = Number(process.env.FLOOD_SEED ?? 20_261_125);
const SABOTAGED = Math.ceil(REQUESTS / 3);
const A_MOMENT_EACH_MS = 100;

/**
 * Random requests across two organizations over four shared connections: well and badly formed, cancelled, and while
 * statements run out of time and connections are cut. No answer may hold anything of the other organization.
 */
describe(`a flood of ${REQUESTS} requests across organizations (FLOOD_SEED=${SEED})`, () => {
  const environment: Record<string, string> = { DB_MAX_CONNECTIONS: '4' };
  let platform: Platform;
  let document: OpenApiDocument;
  let superuser: Database;
  let flood: Flood;
  let plain: FloodCounts;
  let sabotaged: FloodCounts;

  beforeAll(
    async () => {
      platform = await startPlatform({ environment: { coreApi: environment } });
      document = await fetchDocument(platform.coreApi);
      superuser = await platform.superuser('main');
      flood = new Flood(platform, document, SEED);
      plain = await flood.run(REQUESTS - SABOTAGED, printProgress);
      printCounts('undisturbed', plain);

      environment.DB_STATEMENT_TIMEOUT_MS = '100';
      await platform.kill('coreApi', 'SIGTERM');
      await platform.start('coreApi');
      const saboteur = new Saboteur(superuser);
      saboteur.start();
      sabotaged = await flood.run(SABOTAGED, printProgress);
      await saboteur.stop();
      printCounts(`${saboteur.rounds} times disturbed`, sabotaged);
      printLeaks(flood.leaks, flood.own, SEED);
    },
    120_000 + REQUESTS * A_MOMENT_EACH_MS,
  );

  afterAll(async () => {
    flood?.close();
    await superuser?.close();
    await platform?.stop();
  });

  it('showed nobody anything of another organization', () => {
    expect(flood.leaks).toEqual([]);
  });

  it('showed everybody their own', () => {
    expect(flood.own).toBeGreaterThan(REQUESTS / 2);
  });

  it('met no server error undisturbed, and none but 503 disturbed', () => {
    const errors = ({ statuses }: FloodCounts) => Object.keys(statuses).filter((status) => status >= '500');
    expect(errors(plain)).toEqual([]);
    expect(errors(sabotaged)).toEqual(['503']);
  });

  it('answered everybody, and cut off nothing but an export whose connection was cut', () => {
    expect([plain.unanswered, plain.cut, sabotaged.unanswered]).toEqual([[], [], []]);
    const routes = new Set(sabotaged.cut.map(({ route }) => route));
    expect([...routes].filter((route) => route !== 'GET /v1/audit-logs/export')).toEqual([]);
  });

  it('had requests cancelled on their way', () => {
    expect(plain.cancelled).toBeGreaterThan(0);
  });

  it('sees a foreign row where one is planted', async () => {
    const [first, second] = platform.organizations;
    const hold = (title: string | undefined) =>
      superuser.query('update specialists set title = $2 where organization_id = $1', [first!.id, title]);
    const after = new Flood(platform, document, SEED);
    await hold(second!.patients[0]);
    await after.run(200);
    after.close();
    expect(after.leaks.flatMap(({ found }) => found)).toContain(second!.patients[0]);
  });

  describe('the search of answers', () => {
    const id = '0192f3a1-1234-7123-8123-123456789012';
    const finder = new ForeignFinder([1, 2]);
    const request = {
      route: '',
      caller: '',
      method: 'GET',
      target: '/',
      headers: {},
      body: null,
      encoding: 'utf8' as const,
    };
    const find = (organization: number | null, body: object, target = '/', headers = {}) =>
      finder.find(
        organization,
        { ...request, target },
        { status: 200, headers, type: '', requestId: '', text: JSON.stringify(body), isWhole: true },
      );
    finder.learnIds(1, { data: [{ id }] });
    finder.learnWords(1, { data: [{ email: 'ana@danube.example', last_name: 'Danubescu' }] });
    finder.learnIds(1, { data: [{ action: 'deny', resource_id: '0192f3a1-1234-7123-8123-000000000000' }] });

    it('finds an id when it is shown to another for the first time', () => {
      expect(finder.learnIds(0, [{ id }])).toEqual([id]);
      expect(finder.learnIds(1, [{ id }])).toEqual([]);
    });

    it.each<[string, object]>([
      ['an id', { data: { id } }],
      ['an id within a text', { detail: `of ${id.toUpperCase()}` }],
      ['an e-mail', { data: [{ user: { email: 'ana@danube.example' } }] }],
      ['a name', { last_name: 'Danubescu' }],
      ['the number of another organization', { organization_id: 2 }],
      ['a text the other wrote', { first_name: 'Zo zqorg1n4fqz' }],
    ])('finds %s', (_, body) => {
      expect(find(0, body)).toHaveLength(1);
      expect(find(1, body).filter((found) => !found.startsWith('"organization_id"'))).toEqual([]);
      expect(find(null, body)).toHaveLength(1);
    });

    it('finds an id in a header', () => {
      expect(find(0, {}, '/', { location: `/v1/patients/${id}` })).toEqual([id]);
    });

    it('passes over what is published where it is published, and nothing else there', () => {
      const page = '/v1/appointment-types/0192f3a1-1234-7123-8123-000000000001/details';
      const published = { data: { name: 'Danubescu', title: 'zqorg1n4fqz', specialists: [{ id }] } };
      expect(find(null, published, page)).toEqual([]);
      expect(find(null, published, '/v1/appointment-types')).toEqual(['danubescu', id, 'zqorg1n4fqz']);
      const beside = { data: { email: 'ana@danube.example', patient_id: id, note: 'zqorg1n4fqz' } };
      expect(find(null, beside, page)).toHaveLength(3);
    });

    it('finds an id in the lines of a stream, also of one that was cut off', () => {
      const text = `{"event":{"patient_id":"${id}"}}\n{"event":{"pati`;
      const answer = { status: 200, headers: {}, type: '', requestId: '', text, isWhole: false };
      expect(finder.find(0, request, answer)).toEqual([id]);
      expect(finder.find(1, request, answer)).toEqual([]);
    });

    it('knows an id that both chose for what they put there', () => {
      const chosen = '0192f3a1-1234-7123-8123-00000000000c';
      finder.learnIds(1, { data: [{ id: chosen }] });
      expect(find(0, { data: { id: chosen } })).toEqual([chosen]);
      finder.learnChosen(0, `/v1/legal-holds/${chosen}`);
      expect(find(0, { data: { id: chosen } })).toEqual([]);
    });

    it('knows a visitor in both organizations', () => {
      const visitor = '0192f3a1-1234-7123-8123-00000000abcd';
      for (const organization of [0, 1]) finder.learnVisitor(organization, visitor);
      expect(finder.learnIds(1, [{ user_id: visitor }])).toEqual([]);
      expect(find(0, { user_id: visitor })).toEqual([]);
      expect(find(null, { user_id: visitor })).toEqual([visitor]);
    });

    it('passes over what the caller sent, and what the trail says of a refusal', () => {
      expect(find(0, { id }, `/v1/access/explain?id=${id}`)).toEqual([]);
      expect(find(0, { data: [{ action: 'deny', resource_id: id }] })).toEqual([]);
      expect(find(0, { data: [{ action: 'view', resource_id: id }] })).toEqual([id]);
      expect(find(0, { id: '0192f3a1-1234-7123-8123-000000000000' })).toEqual([]);
      expect(find(0, { request_id: id })).toEqual([]);
    });
  });
});
