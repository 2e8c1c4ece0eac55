import { startPlatform, type Platform } from '@restartix/testing';
import { fetchDocument, operationsOf, type OpenApiDocument } from '../src/fuzz/document';
import { fuzz, type FuzzReport } from '../src/fuzz/fuzz';
import { printProgress, printReport } from '../src/fuzz/print';

const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 600);
/** The same requests in every run of the suite; `npm run fuzz` takes new ones each time. */
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_125);
const A_MOMENT_EACH_MS = 100;

/** Requests made after the OpenAPI document; a new route is covered unedited. */
describe(`${REQUESTS} requests made after the OpenAPI document (FUZZ_SEED=${SEED})`, () => {
  let platform: Platform;
  let document: OpenApiDocument;
  let report: FuzzReport;
  let logs: string;

  beforeAll(
    async () => {
      platform = await startPlatform({
        environment: { coreApi: { LOG_LEVEL: 'debug' }, telemetryApi: { LOG_LEVEL: 'debug' } },
      });
      document = await fetchDocument(platform.coreApi);
      report = await fuzz({ platform, document, requests: REQUESTS, seed: SEED, onProgress: printProgress });
      printReport(report, SEED);
    },
    120_000 + REQUESTS * A_MOMENT_EACH_MS,
  );

  afterAll(() => platform?.stop());

  it('were all answered as documented, without a server error', () => {
    expect(report.failure).toBeNull();
    expect(report.sent).toBeGreaterThanOrEqual(REQUESTS);
  });

  it('reached every route of the document', () => {
    const routes = operationsOf(document).map(({ route }) => route);
    expect(routes.filter((route) => !report.answers[route])).toEqual([]);
  });

  it('are found wanting by a document that is untrue', async () => {
    const untrue = structuredClone(document);
    untrue.components!.schemas!.Me!.properties!.shoe_size = { type: 'number' };
    untrue.components!.schemas!.Me!.required = ['shoe_size'];
    const paths = { '/v1/me': untrue.paths['/v1/me']! };
    const { failure } = await fuzz({ platform, document: { ...untrue, paths }, requests: 200, seed: SEED });
    expect(failure!.faults).toEqual([
      expect.stringContaining("/data must have required property 'shoe_size'"),
    ]);
    expect(failure!.curl).toMatch(/^curl .* 'http:\S+\/v1\/me\S*'$/);
  });

  it('are found wanting where a status is not documented', async () => {
    const paths = structuredClone({ '/v1/me': document.paths['/v1/me']! });
    delete paths['/v1/me'].get!.responses['401'];
    const { failure } = await fuzz({ platform, document: { ...document, paths }, requests: 200, seed: SEED });
    expect(failure!.faults).toEqual(['status 401 is not documented']);
  });

  describe('once the services have written their last line', () => {
    beforeAll(async () => {
      const marked = { 'x-request-id': 'zqcnryzzzzqz' };
      await fetch(`${platform.coreApi}/v1/me`, { headers: marked });
      await platform.kill('coreApi', 'SIGTERM');
      await platform.kill('telemetryApi', 'SIGTERM');
      logs = platform.logs('coreApi') + platform.logs('telemetryApi');
    });

    it('left no text of theirs in any log', () => {
      expect(report.requestsIn(logs.replaceAll('zqcnryzzzzqz', ''))).toEqual([]);
    });

    it('would have been found in the log', () => {
      expect(report.requestsIn(logs)).toHaveLength(1);
    });
  });
});
