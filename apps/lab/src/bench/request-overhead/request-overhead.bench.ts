import type { Figure, Finding } from '../figure';
import { compare, type Bench, type BenchOptions, type Side } from '../harness';
import { pin, sharedProcessors } from '../machine';
import { BenchPlatform } from '../platform';
import { Companion, Loader } from '../load/processes';
import type { LoadOrder, LoadReport } from '../load/loader';
import { assertAllOk, head, patientRequests, runName } from '../load/requests';

const CONNECTIONS = 16;
const SECONDS = 4;

const THROUGHPUT: Figure = {
  name: 'requests per second',
  better: 'larger',
  floor: 0.25,
  goal: 0.45,
  stretch: 0.6,
};
const LATENCY: Figure = { name: 'p50 at quarter load', better: 'smaller', floor: 3, goal: 2, stretch: 1.6 };

type Measured = 'req/s' | 'p50 ms';

export const REQUEST_OVERHEAD: Bench = {
  name: 'request-overhead',
  about: 'an authenticated, audited GET /v1/patients/{id} of core-api ÷ an echo of Nest and Express',
  run: async (options) => {
    const platform = await BenchPlatform.start();
    const echo = new Companion('request-overhead/echo-server.js');
    const loader = new Loader();
    try {
      const port = await echo.listen<number>();
      const { measured, others } = sharedProcessors();
      for (const pid of [platform.facts.processes.coreApi, echo.pid]) pin(pid, measured);
      pin(loader.pid, others);
      return await measure({ platform, loader, echoPort: port }, options);
    } finally {
      loader.stop();
      echo.stop();
      await platform.stop();
    }
  },
};

interface Stage {
  platform: BenchPlatform;
  loader: Loader;
  echoPort: number;
}

async function measure({ platform, loader, echoPort }: Stage, options: BenchOptions): Promise<Finding[]> {
  const prefix = runName();
  let views = 0;
  const coreApi: LoadOrder = {
    port: Number(new URL(platform.facts.coreApi).port),
    requests: patientRequests(platform),
    idPrefix: prefix,
    connections: CONNECTIONS,
    seconds: SECONDS,
  };
  const run = async (order: LoadOrder) => {
    const report = await loader.run(order);
    assertAllOk(report);
    return report;
  };
  const subject = side('core-api', async (rate) => {
    // A new block has ids of its own, after those of the blocks before.
    const report = await run({ ...coreApi, idPrefix: `${prefix}-${views}`, rate });
    views += report.sent;
    await platform.delivered();
    return report;
  });
  const reference = side('echo', (rate) =>
    run({ ...coreApi, port: echoPort, requests: [echoRequest(platform)], rate }),
  );
  const ratios = await compare<Measured>(subject, reference, options);
  await platform.assertOneViewEach(prefix, views);
  options.say(`  ${views.toLocaleString('en')} requests of core-api left exactly one view event each.`);
  return [
    { figure: THROUGHPUT, spread: ratios['req/s'] },
    { figure: LATENCY, spread: ratios['p50 ms'] },
  ];
}

/** A block: as much as the server takes, then a quarter of that at even distances. */
function side(name: string, load: (rate?: number) => Promise<LoadReport>): Side<Measured> {
  return {
    name,
    measure: async () => {
      const { perSecond } = await load();
      const { p50 } = await load(perSecond / 4);
      return { 'req/s': perSecond, 'p50 ms': p50 };
    },
  };
}

function echoRequest({ facts }: BenchPlatform): string {
  const BYTES = 250;
  const body = { name: 'Carpathia', tagline: 'Moving again', phone: '+40 21 555 0100', location: '' };
  body.location = 'x'.repeat(BYTES - JSON.stringify(body).length);
  const { tokens } = facts.organizations[0] as BenchPlatform['facts']['organizations'][number];
  return (
    `${head('POST /echo', tokens.specialist)}Content-Type: application/json\r\nContent-Length: ${BYTES}\r\n\r\n` +
    JSON.stringify(body)
  );
}
